// Reads a whole log over HTTP with Go's own golang.org/x/mod packages sumdb/note and sumdb/tlog, and
// verifies every hash and every entry of it. Exit status: 0 holds, 1 does not hold, 2 usage.
//
//	log_check LOG_VKEY URL [static]
//
// What C2SP tlog-tiles says about headers is checked as well, but for `static`, where any web server
// may have been given the files.
package main

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type log struct {
	url      string
	headers  bool // Judge them.
	tiles    int
	bundles  int
	squeezed int
}

// Gets a resource, asking for compression or not.
func (l *log) get(path string, zipped bool) ([]byte, http.Header, error) {
	request, err := http.NewRequest("GET", l.url+"/"+path, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Accept-Encoding", "identity")
	if zipped {
		request.Header.Set("Accept-Encoding", "gzip, identity")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		return nil, nil, fmt.Errorf("%s: status %d", path, response.StatusCode)
	}
	body := io.Reader(response.Body)
	if response.Header.Get("Content-Encoding") == "gzip" {
		if !zipped && l.headers {
			return nil, nil, fmt.Errorf("%s: compressed for who does not ask", path)
		}
		if body, err = gzip.NewReader(response.Body); err != nil {
			return nil, nil, err
		}
		l.squeezed++
	}
	data, err := io.ReadAll(body)
	return data, response.Header, err
}

// A tile or a bundle: never changes, and says so.
func (l *log) immutable(path string, zipped bool) ([]byte, error) {
	data, header, err := l.get(path, zipped)
	if err != nil || !l.headers {
		return data, err
	}
	if header.Get("Content-Type") != "application/octet-stream" {
		return nil, fmt.Errorf("%s: content type %q", path, header.Get("Content-Type"))
	}
	if !strings.Contains(header.Get("Cache-Control"), "immutable") {
		return nil, fmt.Errorf("%s: cache control %q", path, header.Get("Cache-Control"))
	}
	return data, nil
}

func (l *log) checkpoint(vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	data, header, err := l.get("checkpoint", false)
	if err != nil {
		return tlog.Tree{}, err
	}
	if l.headers && (header.Get("Content-Type") != "text/plain; charset=utf-8" || header.Get("Cache-Control") != "no-cache") {
		return tlog.Tree{}, fmt.Errorf("checkpoint: headers %v", header)
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// tlog.TileReader: Go's names have the height in front of the level.
func (l *log) Height() int { return tileHeight }

func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		name := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		data, err := l.immutable(name, false)
		if err != nil {
			return nil, err
		}
		read = append(read, data)
		l.tiles++
	}
	return read, nil
}

func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

// The entries of a bundle of so many.
func (l *log) bundle(index int64, width int, zipped bool) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: 0, N: index, W: width}
	name := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", tileHeight), "tile/entries/", 1)
	data, err := l.immutable(name, zipped)
	if err != nil {
		return nil, err
	}
	l.bundles++
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s: an entry is cut short", name)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries, data = append(entries, data[2:end]), data[end:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%s: %d entries", name, len(entries))
	}
	return entries, nil
}

func check(l *log, vkey string) error {
	tree, err := l.checkpoint(vkey)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, l)
	for start := int64(0); start < tree.N; start += 1 << tileHeight {
		width := int(tree.N - start)
		if width > 1<<tileHeight {
			width = 1 << tileHeight
		}
		var indexes []int64
		for i := 0; i < width; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, start+int64(i)))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		bundle := start >> tileHeight
		entries, err := l.bundle(bundle, width, bundle%2 == 0)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != hashes[i] {
				return fmt.Errorf("entry %d is not what the tree commits to", start+int64(i))
			}
		}
	}
	// Every fourth of the sizes that the log has gone through is a beginning of this tree.
	for _, size := range []int64{1, tree.N / 4, tree.N / 2, tree.N - 1} {
		if size < 1 {
			continue
		}
		root, err := tlog.TreeHash(size, reader)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, size, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return err
		}
	}
	if l.headers && l.squeezed == 0 {
		return errors.New("no bundle came compressed")
	}
	fmt.Printf("%d entries, %d tiles, %d bundles, %d of them compressed\n", tree.N, l.tiles, l.bundles, l.squeezed)
	return nil
}

func main() {
	static := len(os.Args) == 4 && os.Args[3] == "static"
	if len(os.Args) != 3 && !static {
		fmt.Fprintln(os.Stderr, "usage: log_check LOG_VKEY URL [static]")
		os.Exit(2)
	}
	if err := check(&log{url: os.Args[2], headers: !static}, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "does not hold:", err)
		os.Exit(1)
	}
}
