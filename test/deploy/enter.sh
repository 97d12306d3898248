#!/bin/sh
# Runs a command in the root file system that a container would see: an image's files, read-only, and a pod's volumes.
# To be called inside a mount namespace of its own (unshare --mount), which takes every mount with it when it ends.
#
#   enter.sh USER NODE_FOLDER IMAGE WORKDIR ROOT [rw|ro SOURCE TARGET]... -- COMMAND...
#
# USER is the number of user and group, or 'same' where only one user exists (a user namespace). ROOT is an empty folder.
set -eu
user=$1 node_folder=$2 image=$3 workdir=$4 root=$5
shift 5

# What a base image brings, here from this machine: a C library and a few programs.
mount -t tmpfs -o mode=0755 none "$root"
for folder in usr bin lib lib64 dev proc; do
  [ -e "/$folder" ] || continue
  mkdir "$root/$folder"
  mount --rbind "/$folder" "$root/$folder"
done
mkdir "$root/node"
mount --bind "$node_folder" "$root/node"

mkdir -p "$root$workdir"
mount --bind "$image$workdir" "$root$workdir"
mount -o remount,bind,ro,nosuid,nodev "$root$workdir"
while [ "$1" != -- ]; do
  mkdir -p "$root$3"
  mount --bind "$2" "$root$3"
  mount -o "remount,bind,$1,nosuid,nodev" "$root$3"
  shift 3
done
shift
mount -o remount,bind,ro "$root"

if [ "$user" = same ]; then
  exec chroot "$root" setpriv --no-new-privs --bounding-set=-all --inh-caps=-all \
    /bin/sh -c 'cd "$0" && exec "$@"' "$workdir" "$@"
fi
exec chroot "$root" setpriv --reuid="$user" --regid="$user" --groups="$user" --no-new-privs --bounding-set=-all \
  --inh-caps=-all /bin/sh -c 'cd "$0" && exec "$@"' "$workdir" "$@"
