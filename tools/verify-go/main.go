// verify-go checks a ledger of Tobuhi with nothing of Tobuhi: the signature with golang.org/x/mod/sumdb/note, the
// hashes with golang.org/x/mod/sumdb/tlog. It reads the files alone, from the entries up.
//
// Usage: verify-go LEDGER VERIFIER_KEY_FILE          every file of a ledger
//
//	verify-go -proof FILE VERIFIER_KEY_FILE     one leaf's proof (C2SP tlog-proof), by itself
//
// Prints {"size","root","ok"}, with -proof "leaf" too, and "error" when it is not ok; exit status 0 only when ok.
//
// Build on Debian: GO111MODULE=off GOPATH=/usr/share/gocode go build
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type report struct {
	Leaf  *int64 `json:"leaf,omitempty"`
	Size  int64  `json:"size"`
	Root  string `json:"root"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

// checkpoint reads the three lines of a C2SP tlog-checkpoint. (tlog.ParseTree knows only the checksum database's own.)
func checkpoint(msg []byte, keyFile string) (tlog.Tree, error) {
	var tree tlog.Tree
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return tree, err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(key), "\n"))
	if err != nil {
		return tree, err
	}
	signed, err := note.Open(msg, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tree, errors.New("checkpoint: not three lines")
	}
	if lines[0] != verifier.Name() {
		return tree, fmt.Errorf("checkpoint: origin %q is not %q", lines[0], verifier.Name())
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || tree.N < 0 || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, fmt.Errorf("checkpoint: size %q", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("checkpoint: root %q", lines[2])
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// c2spPath turns tile/<H>/<L>/<N> of the checksum database into C2SP's tile/<L>/<N>.
func c2spPath(t tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", t.H))
}

// entriesPath is where the bundle of a tile of level 0 lies.
func entriesPath(t tlog.Tile) string {
	return "tile/entries/" + strings.TrimPrefix(c2spPath(t), "tile/0/")
}

func width(t tlog.Tile) int {
	if t.W == 0 {
		return 1 << t.H
	}
	return t.W
}

// entries splits a bundle into exactly n entries.
func entries(data []byte, n int) ([][]byte, error) {
	var out [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, errors.New("cut short")
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		out = append(out, data[2:end])
		data = data[end:]
	}
	if len(out) != n {
		return nil, fmt.Errorf("%d entries instead of %d", len(out), n)
	}
	return out, nil
}

// tilesOf lists the tiles of a tree. tlog.NewTiles also names the narrower ones that the last tile of a level replaces.
func tilesOf(size int64) []tlog.Tile {
	var out []tlog.Tile
	for _, t := range tlog.NewTiles(tileHeight, 0, size) {
		if n := len(out); n > 0 && out[n-1].L == t.L && out[n-1].N == t.N {
			out[n-1] = t
		} else {
			out = append(out, t)
		}
	}
	return out
}

// memory holds every stored hash, computed from the entries.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(m)) {
			return nil, fmt.Errorf("hash %d is beyond the tree", index)
		}
		out[i] = m[index]
	}
	return out, nil
}

func hashEntries(dir string, tiles []tlog.Tile, seen map[string]bool) (memory, error) {
	var m memory
	var leaf int64
	for _, t := range tiles {
		if t.L != 0 {
			continue
		}
		path := entriesPath(t)
		seen[path] = true
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		list, err := entries(data, width(t))
		if err != nil {
			return nil, fmt.Errorf("%s: %v", path, err)
		}
		for _, e := range list {
			hashes, err := tlog.StoredHashesForRecordHash(leaf, tlog.RecordHash(e), m)
			if err != nil {
				return nil, err
			}
			m = append(m, hashes...)
			leaf++
		}
	}
	return m, nil
}

func checkTiles(dir string, tiles []tlog.Tile, m memory, seen map[string]bool) error {
	for _, t := range tiles {
		path := c2spPath(t)
		seen[path] = true
		want, err := tlog.ReadTileData(t, m)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("%s: does not fit the entries", path)
		}
	}
	return nil
}

// files reads tiles for tlog.TileHashReader, which authenticates each of them against the root.
type files struct{ dir string }

func (f files) Height() int                         { return tileHeight }
func (f files) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(f.dir, c2spPath(t)))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

// checkProofs proves some leaves and some older sizes from the tiles and checks the proofs.
func checkProofs(dir string, tree tlog.Tree, m memory) error {
	reader := tlog.TileHashReader(tree, files{dir})
	for _, n := range []int64{0, tree.N / 3, tree.N / 2, tree.N - 1} {
		leaf := m[tlog.StoredHashIndex(0, n)]
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf)
		}
		if err != nil {
			return fmt.Errorf("leaf %d: %v", n, err)
		}
		old, err := tlog.TreeHash(n+1, m)
		if err != nil {
			return err
		}
		grown, err := tlog.ProveTree(tree.N, n+1, reader)
		if err == nil {
			err = tlog.CheckTree(grown, tree.N, tree.Hash, n+1, old)
		}
		if err != nil {
			return fmt.Errorf("size %d: %v", n+1, err)
		}
	}
	return nil
}

func checkNothingElse(dir string, seen map[string]bool) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err == nil && rel != "checkpoint" && rel != "tmp" && !seen[filepath.ToSlash(rel)] {
			err = fmt.Errorf("%s: does not belong to the ledger", rel)
		}
		return err
	})
}

func verify(dir string, tree tlog.Tree) error {
	seen := make(map[string]bool)
	tiles := tilesOf(tree.N)
	m, err := hashEntries(dir, tiles, seen)
	if err != nil {
		return err
	}
	root := tlog.Hash(sha256.Sum256(nil)) // RFC 6962's empty tree; tlog has none
	if tree.N > 0 {
		if root, err = tlog.TreeHash(tree.N, m); err != nil {
			return err
		}
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries give the root %x", root[:])
	}
	if err := checkTiles(dir, tiles, m, seen); err != nil {
		return err
	}
	if tree.N > 0 {
		if err := checkProofs(dir, tree, m); err != nil {
			return err
		}
	}
	return checkNothingElse(dir, seen)
}

// field is the line of that name at the beginning of the text, and what follows it.
func field(text, name string) (string, string, error) {
	line, rest, ok := strings.Cut(text, "\n")
	if !ok || !strings.HasPrefix(line, name) {
		return "", "", fmt.Errorf("proof: no line %q", name)
	}
	return strings.TrimPrefix(line, name), rest, nil
}

func base64Hash(line string) (h tlog.Hash, err error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(line)
	if err == nil && len(raw) != tlog.HashSize {
		err = errors.New("not a hash")
	}
	copy(h[:], raw)
	return h, err
}

// proof reads a C2SP tlog-proof whose extra data is the entry itself, and checks that the entry leads to the signed root.
func proof(text, keyFile string, r *report) error {
	version, rest, err := field(text, "c2sp.org/tlog-proof@v1")
	if err != nil || version != "" {
		return errors.New("proof: not a c2sp.org/tlog-proof@v1")
	}
	extra, rest, err := field(rest, "extra ")
	if err != nil {
		return err
	}
	entry, err := base64.StdEncoding.Strict().DecodeString(extra)
	if err != nil {
		return fmt.Errorf("proof: extra: %v", err)
	}
	number, rest, err := field(rest, "index ")
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(number, 10, 64)
	if err != nil || index < 0 || strconv.FormatInt(index, 10) != number {
		return fmt.Errorf("proof: index %q", number)
	}
	var path tlog.RecordProof
	for {
		line, tail, err := field(rest, "")
		if err != nil {
			return err
		}
		rest = tail
		if line == "" {
			break
		}
		h, err := base64Hash(line)
		if err != nil {
			return fmt.Errorf("proof: hash %d: %v", len(path), err)
		}
		path = append(path, h)
	}
	tree, err := checkpoint([]byte(rest), keyFile)
	if err != nil {
		return err
	}
	r.Leaf, r.Size, r.Root = &index, tree.N, hex.EncodeToString(tree.Hash[:])
	return tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func whole(dir, keyFile string, r *report) error {
	msg, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := checkpoint(msg, keyFile)
	if err != nil {
		return err
	}
	r.Size, r.Root = tree.N, hex.EncodeToString(tree.Hash[:])
	return verify(dir, tree)
}

func main() {
	var r report
	var err error
	switch {
	case len(os.Args) == 3:
		err = whole(os.Args[1], os.Args[2], &r)
	case len(os.Args) == 4 && os.Args[1] == "-proof":
		var text []byte
		if text, err = os.ReadFile(os.Args[2]); err == nil {
			err = proof(string(text), os.Args[3], &r)
		}
	default:
		fmt.Fprintln(os.Stderr, "usage: verify-go LEDGER VERIFIER_KEY_FILE | verify-go -proof FILE VERIFIER_KEY_FILE")
		os.Exit(2)
	}
	if r.OK = err == nil; !r.OK {
		r.Error = err.Error()
	}
	line, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
	if !r.OK {
		os.Exit(1)
	}
}
