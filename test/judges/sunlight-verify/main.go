// Command sunlight-verify checks a static-ct log with the client library of filippo.io/sunlight: the signature of its
// checkpoint, every entry and issuer up to the checkpoint's size, and every SCT in a file of submissions.
//
// Exit code 0: everything is right. 1: something is wrong, and the last line says what. 2: it could not look.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"filippo.io/sunlight"
	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

const submissionLineMaxBytes = 1 << 20

// submission is one line of the file of submissions: what was sent to add-chain or add-pre-chain, and the answer.
type submission struct {
	Chain [][]byte `json:"chain"`
	SCT   struct {
		Version    byte   `json:"sct_version"`
		ID         []byte `json:"id"`
		Timestamp  uint64 `json:"timestamp"`
		Extensions []byte `json:"extensions"`
		Signature  []byte `json:"signature"`
	} `json:"sct"`
}

// serializedSCT is the TLS SignedCertificateTimestamp of RFC 6962 section 3.2.
func (s *submission) serializedSCT() []byte {
	out := append([]byte{s.SCT.Version}, s.SCT.ID...)
	out = binary.BigEndian.AppendUint64(out, s.SCT.Timestamp)
	out = binary.BigEndian.AppendUint16(out, uint16(len(s.SCT.Extensions)))
	out = append(out, s.SCT.Extensions...)
	return append(out, s.SCT.Signature...)
}

func readSubmissions(file string) ([]submission, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, submissionLineMaxBytes)
	var all []submission
	for lines.Scan() {
		var s submission
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", file, len(all)+1, err)
		}
		if len(s.Chain) == 0 {
			return nil, fmt.Errorf("%s line %d: no chain", file, len(all)+1)
		}
		all = append(all, s)
	}
	return all, lines.Err()
}

func parsePublicKey(encoded string) (crypto.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	return x509.ParsePKIXPublicKey(der)
}

// checkEntries reads every entry below the checkpoint's size, and every issuer that one of them names.
func checkEntries(ctx context.Context, client *sunlight.Client, checkpoint torchwood.Checkpoint) error {
	issuers := make(map[[32]byte]bool)
	next := int64(0)
	// The iterator may stop before a partial tile, and goes on with it when asked again.
	for next < checkpoint.N {
		began := next
		for index, entry := range client.Entries(ctx, checkpoint.Tree, next) {
			if index != next || entry.LeafIndex != index {
				return fmt.Errorf("entry %d says that its index is %d", next, entry.LeafIndex)
			}
			next++
			for _, fingerprint := range entry.ChainFingerprints {
				if issuers[fingerprint] {
					continue
				}
				if _, err := client.Issuer(ctx, fingerprint); err != nil {
					return fmt.Errorf("entry %d: %w", index, err)
				}
				issuers[fingerprint] = true
			}
		}
		if err := client.Err(); err != nil {
			return fmt.Errorf("entries from %d: %w", next, err)
		}
		if next == began {
			return fmt.Errorf("entries end at %d, the checkpoint says %d", next, checkpoint.N)
		}
	}
	fmt.Printf("%d entries and %d issuers are right\n", next, len(issuers))
	return nil
}

// checkSCT verifies an SCT, the inclusion of its entry, and that the entry is of the certificate that was submitted.
func checkSCT(ctx context.Context, client *sunlight.Client, checkpoint torchwood.Checkpoint, s *submission) error {
	entry, proof, err := client.CheckInclusion(ctx, checkpoint.Tree, s.serializedSCT())
	if err != nil {
		return err
	}
	leaf := tlog.RecordHash(entry.MerkleTreeLeaf())
	if err := tlog.CheckRecord(proof, checkpoint.N, checkpoint.Hash, entry.LeafIndex, leaf); err != nil {
		return err
	}
	logged := entry.Certificate
	if entry.IsPrecert {
		logged = entry.PreCertificate
	}
	if !bytes.Equal(logged, s.Chain[0]) {
		return fmt.Errorf("entry %d is not of the certificate that was submitted", entry.LeafIndex)
	}
	return nil
}

func verify(ctx context.Context, client *sunlight.Client, origin string, submissions []submission) error {
	checkpoint, _, err := client.Checkpoint(ctx)
	if err != nil {
		return err
	}
	if origin != "" && checkpoint.Origin != origin {
		return fmt.Errorf("the checkpoint's origin is %q, not %q", checkpoint.Origin, origin)
	}
	fmt.Printf("checkpoint of %s at size %d is right\n", checkpoint.Origin, checkpoint.N)
	if err := checkEntries(ctx, client, checkpoint); err != nil {
		return err
	}
	for i := range submissions {
		if err := checkSCT(ctx, client, checkpoint, &submissions[i]); err != nil {
			return fmt.Errorf("SCT %d: %w", i+1, err)
		}
	}
	fmt.Printf("%d SCTs and their inclusion are right\n", len(submissions))
	return nil
}

// newClient makes a client that keeps full tiles in a directory: every SCT needs one.
func newClient(prefix string, key crypto.PublicKey, cache string) (*sunlight.Client, error) {
	if strings.Contains(prefix, "file://") {
		cache = "" // A directory needs no other one.
	}
	return sunlight.NewClient(&sunlight.ClientConfig{
		MonitoringPrefix: prefix,
		PublicKey:        key,
		UserAgent:        "andamento-judge (+https://c2sp.org/static-ct-api)",
		Cache:            cache,
	})
}

// errWrong is what the judge has found; any other error has kept it from looking.
type errWrong struct{ error }

func run() error {
	prefix := flag.String("monitoring-prefix", "", "monitoring prefix of the log: http(s)://, or file:// of a directory")
	origin := flag.String("origin", "", "origin that the checkpoint must have; empty: any")
	publicKey := flag.String("public-key", "", "the log's public key: base64 of the DER SubjectPublicKeyInfo")
	scts := flag.String("scts", "", `file of submissions, a JSON object a line: {"chain":["<base64 DER>",…],"sct":{…the answer…}}`)
	flag.Parse()

	if *prefix == "" || *publicKey == "" {
		return errors.New("-monitoring-prefix and -public-key are needed")
	}
	key, err := parsePublicKey(*publicKey)
	if err != nil {
		return fmt.Errorf("-public-key: %w", err)
	}
	var submissions []submission
	if *scts != "" {
		if submissions, err = readSubmissions(*scts); err != nil {
			return err
		}
	}
	cache, err := os.MkdirTemp("", "sunlight-verify-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(cache)
	client, err := newClient(*prefix, key, cache)
	if err != nil {
		return err
	}
	if err := verify(context.Background(), client, *origin, submissions); err != nil {
		return errWrong{err}
	}
	return nil
}

func main() {
	err := run()
	var wrong errWrong
	switch {
	case err == nil:
		fmt.Println("everything is right")
	case errors.As(err, &wrong):
		fmt.Println("wrong:", wrong)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "sunlight-verify: could not look:", err)
		os.Exit(2)
	}
}
