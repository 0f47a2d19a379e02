// Judges what Cairn writes with Go's own golang.org/x/mod packages sumdb/note and sumdb/tlog, which
// share no line with it. Exit status: 0 holds, 1 does not hold, 2 usage.
//
//	tlog_check proof LOG_VKEY WITNESS_VKEY ENTRY_FILE PROOF_FILE
//	tlog_check request LOG_VKEY OLD_ROOT_BASE64 REQUEST_FILE
//	tlog_check tiles LOG_VKEY CHECKPOINT_FILE FOLDER
//	tlog_check sign LOG_VKEY SEED_HEX CHECKPOINT_FILE      (prints the note that Go makes of it)
//
// WITNESS_VKEY may be "-". x/mod does not know cosignatures; those are checked here with
// crypto/ed25519, from the specification (C2SP tlog-cosignature).
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type checkpoint struct {
	text string
	tree tlog.Tree
}

// Opens a checkpoint note that the log has signed.
func open(data []byte, logVkey string) (checkpoint, error) {
	verifier, err := note.NewVerifier(logVkey)
	if err != nil {
		return checkpoint{}, err
	}
	n, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return checkpoint{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return checkpoint{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return checkpoint{n.Text, tlog.Tree{N: size, Hash: root}}, err
}

// The number behind `prefix`, the hashes up to the empty line, and what follows it.
func parts(data []byte, prefix string) (int64, []tlog.Hash, []byte, error) {
	head, rest, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || !strings.HasPrefix(lines[0], prefix) {
		return 0, nil, nil, fmt.Errorf("no line %q", prefix)
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(lines[0], prefix), 10, 64)
	if err != nil {
		return 0, nil, nil, err
	}
	var hashes []tlog.Hash
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, nil, err
		}
		hashes = append(hashes, hash)
	}
	return number, hashes, rest, nil
}

func checkProof(logVkey, witnessVkey, entryFile, proofFile string) error {
	data, err := os.ReadFile(proofFile)
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(entryFile)
	if err != nil {
		return err
	}
	const header = "c2sp.org/tlog-proof@v1\n"
	if !bytes.HasPrefix(data, []byte(header)) {
		return errors.New("no header")
	}
	index, path, rest, err := parts(data[len(header):], "index ")
	if err != nil {
		return err
	}
	opened, err := open(rest, logVkey)
	if err != nil {
		return err
	}
	if witnessVkey != "-" {
		if err := checkCosignature(rest, opened.text, witnessVkey); err != nil {
			return err
		}
	}
	return tlog.CheckRecord(path, opened.tree.N, opened.tree.Hash, index, tlog.RecordHash(entry))
}

// Looks for the witness's line and verifies it.
func checkCosignature(data []byte, text, vkey string) error {
	words := strings.SplitN(vkey, "+", 3)
	if len(words) != 3 {
		return errors.New("not a vkey")
	}
	id, err := hex.DecodeString(words[1])
	if err != nil {
		return err
	}
	key, err := base64.StdEncoding.DecodeString(words[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 0x04 {
		return errors.New("not the key of a witness")
	}
	prefix := "\u2014 " + words[0] + " "
	for _, line := range strings.Split(string(data), "\n") {
		if !strings.HasPrefix(line, prefix) {
			continue
		}
		payload, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, prefix))
		if err != nil || len(payload) != 4+8+ed25519.SignatureSize || !bytes.Equal(payload[:4], id) {
			return errors.New("a bad cosignature line")
		}
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(payload[4:]), text)
		if !ed25519.Verify(key[1:], []byte(message), payload[12:]) {
			return errors.New("a bad cosignature")
		}
		return nil
	}
	return errors.New("no cosignature")
}

func checkRequest(logVkey, oldRoot, requestFile string) error {
	data, err := os.ReadFile(requestFile)
	if err != nil {
		return err
	}
	old, proof, rest, err := parts(data, "old ")
	if err != nil {
		return err
	}
	opened, err := open(rest, logVkey)
	if err != nil {
		return err
	}
	root, err := tlog.ParseHash(oldRoot)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, opened.tree.N, opened.tree.Hash, old, root)
}

// Reads tiles as Cairn names them: Go's names have the height in front of the level.
type tilesInFolder string

func (folder tilesInFolder) Height() int { return tileHeight }

func (folder tilesInFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		name := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(folder), name))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (folder tilesInFolder) SaveTiles([]tlog.Tile, [][]byte) {}

// Authenticates every leaf hash of the tree through its tiles, and counts the tiles.
func checkTiles(logVkey, checkpointFile, folder string) error {
	data, err := os.ReadFile(checkpointFile)
	if err != nil {
		return err
	}
	opened, err := open(data, logVkey)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(opened.tree, tilesInFolder(folder))
	for start := int64(0); start < opened.tree.N; start += 1 << tileHeight {
		var indexes []int64
		for i := start; i < start+1<<tileHeight && i < opened.tree.N; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, i))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, hash := range hashes {
			want := tlog.RecordHash([]byte(fmt.Sprintf("entry %d", start+int64(i))))
			if hash != want {
				return fmt.Errorf("leaf %d is %v, not %v", start+int64(i), hash, want)
			}
		}
	}
	return nil
}

func sign(logVkey, seedHex, checkpointFile string) error {
	words := strings.SplitN(logVkey, "+", 3)
	seed, err := hex.DecodeString(seedHex)
	if err != nil || len(words) != 3 {
		return errors.New("no seed or no vkey")
	}
	key := base64.StdEncoding.EncodeToString(append([]byte{0x01}, seed...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + words[0] + "+" + words[1] + "+" + key)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(checkpointFile)
	if err != nil {
		return err
	}
	opened, err := open(data, logVkey)
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: opened.text}, signer)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(signed)
	return err
}

func main() {
	args := os.Args[1:]
	var err error
	switch {
	case len(args) == 5 && args[0] == "proof":
		err = checkProof(args[1], args[2], args[3], args[4])
	case len(args) == 4 && args[0] == "request":
		err = checkRequest(args[1], args[2], args[3])
	case len(args) == 4 && args[0] == "tiles":
		err = checkTiles(args[1], args[2], args[3])
	case len(args) == 4 && args[0] == "sign":
		err = sign(args[1], args[2], args[3])
	default:
		fmt.Fprintln(os.Stderr, "usage: tlog_check proof|request|tiles|sign ...")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "does not hold:", err)
		os.Exit(1)
	}
}
