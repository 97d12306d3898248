# The sequencer. Built from the top of the checkout:
#   docker build -f deploy/sequencer.Dockerfile -t andamento-sequencer .

# The Node.js with which the tests run, on a C library for which the native packages carry prebuilt binaries.
ARG NODE_IMAGE=docker.io/library/node:20.20-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
# .npmrc forbids the install scripts of packages: nothing that was downloaded runs while the image is built.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY deploy/sequencer.tsconfig.json deploy/
COPY proto/gen proto/gen/
COPY tlog tlog/
COPY service service/
COPY sequencer sequencer/
# Compiles main.ts and what it imports, nothing else: an import from a room that is not copied above fails here.
RUN npx --no-install tsc -p deploy/sequencer.tsconfig.json

FROM ${NODE_IMAGE} AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=packages /packages/node_modules node_modules/
COPY --from=build /build/dist dist/
# A number, so that Kubernetes can see that it is not root. The manifests use the same.
USER 65532:65532
# gRPC, the read side over HTTP, operations.
EXPOSE 50051 8080 9464
ENTRYPOINT ["node", "dist/sequencer/main.js"]
CMD ["--config", "/etc/andamento/config/sequencer.yaml"]
