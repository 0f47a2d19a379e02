// A log in a folder, in the layout that a web server serves: for tests of whatever reads logs.
#ifndef CAIRN_TESTS_TESTING_LOG_FOLDER_H_
#define CAIRN_TESTS_TESTING_LOG_FOLDER_H_

#include <stdlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "audit/merkle/bundle.h"
#include "audit/merkle/frontier.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/tile.h"
#include "audit/note/checkpoint.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/secret.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::testing {

// A folder of its own for one test, removed with it. In memory where the system has such a place:
// what is tested here syncs all that it writes, and a busy disk would take minutes over it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = "/dev/shm/cairn-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) {
      name = (std::filesystem::temp_directory_path() / "cairn-test-XXXXXX").string();
      if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline void WriteTestFile(const std::string& path, const std::string& bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}
inline std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no file " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The files below a folder by their paths in it.
inline std::map<std::string, std::string> FilesBelow(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    files[std::filesystem::relative(file.path(), folder).string()] = ReadTestFile(file.path());
  }
  return files;
}

// The files that a log of these entries serves, each by its path, without a checkpoint.
inline std::map<std::string, std::string> TileFiles(const std::vector<keys::Bytes>& entries) {
  const merkle::TreeSize size{entries.size()};
  merkle::MemoryTree tree;
  for (const keys::Bytes& entry : entries) tree.Append(merkle::HashLeaf(keys::AsBytes(entry)));
  std::map<std::string, std::string> files;
  for (const merkle::TileId& id : merkle::ChangedTiles(merkle::TreeSize{0}, size)) {
    std::vector<merkle::NodeId> nodes;
    for (unsigned i = 0; i < id.width; ++i) {
      nodes.push_back({id.level * merkle::kTileHeight, id.index * merkle::kTileWidth + i});
    }
    files[merkle::TilePath(id)] = merkle::Tile::FromRow(*tree.ReadNodes(nodes)).Encode();
  }
  for (const merkle::BundleId& id : merkle::ChangedBundles(merkle::TreeSize{0}, size)) {
    keys::Bytes& bytes = files[merkle::BundlePath(id)];
    for (unsigned i = 0; i < id.width; ++i) {
      const keys::Bytes& entry = entries[id.index * merkle::kTileWidth + i];
      if (!merkle::AppendToBundle(keys::AsBytes(entry), bytes).ok()) {
        throw std::runtime_error("an entry is too long");
      }
    }
  }
  return files;
}

inline void WriteLogFolder(const std::string& folder, const std::vector<keys::Bytes>& entries,
                           const std::string& note) {
  for (const auto& [path, bytes] : TileFiles(entries)) WriteTestFile(folder + "/" + path, bytes);
  WriteTestFile(folder + "/checkpoint", note);
}

// A log whose entries are whatever a test wants, signed with a key of its own.
class PlainLog {
 public:
  explicit PlainLog(std::string origin = "log.example.org/plain") : origin_(std::move(origin)) {}

  static keys::SigningPrivateKey Key() {
    return *keys::SigningPrivateKey::FromSeed(
        keys::SecretBytes::CopyOf(keys::Sha256(keys::AsBytes("plain log")).View()));
  }
  keys::VerifierKey Vkey() const {
    return *keys::VerifierKey::Create(origin_, keys::NoteKeyType::kEd25519, Key().Public());
  }
  // Entries "entry 0", "entry 1" ... up to `size`, or with another word from some leaf on.
  static std::vector<keys::Bytes> Entries(std::size_t size, const std::string& word = "entry",
                                          std::size_t other_from = SIZE_MAX) {
    std::vector<keys::Bytes> entries;
    for (std::size_t i = 0; i < size; ++i) {
      entries.push_back((i >= other_from ? "other" : word) + " " + std::to_string(i));
    }
    return entries;
  }
  std::string Note(const std::vector<keys::Bytes>& entries) const {
    merkle::Frontier frontier;
    for (const keys::Bytes& entry : entries) {
      frontier.Append(merkle::HashLeaf(keys::AsBytes(entry)));
    }
    return *note::SignCheckpoint(
        {.origin = origin_, .size = frontier.size(), .root = frontier.Root()}, Key());
  }
  void Write(const std::string& folder, const std::vector<keys::Bytes>& entries) const {
    WriteLogFolder(folder, entries, Note(entries));
  }

 private:
  std::string origin_;
};

}  // namespace cairn::testing

#endif  // CAIRN_TESTS_TESTING_LOG_FOLDER_H_
