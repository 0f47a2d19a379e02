// Writes what a log would hand out, for another implementation to judge:
//
//   tlog_sample FOLDER
//
// Leaf i is the text "entry <i>"; the keys are those of tests/vectors/log/cairn-test-1.txt.
//   cases               one line a case: "proof <index> <file>" or "request <old root> <file>"
//   <n>.checkpoint      the checkpoint of n leaves, cosigned
//   <n>-<i>.tlog-proof  the receipt of leaf i
//   <n>-from-<m>.add-checkpoint
//   tile/...            every tile of the largest tree
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile.h"
#include "audit/note/add_checkpoint.h"
#include "audit/note/checkpoint.h"
#include "audit/note/cosignature.h"
#include "audit/note/proof_file.h"
#include "keys/encoding.h"
#include "keys/secret.h"

namespace {

namespace fs = std::filesystem;
namespace keys = cairn::keys;
namespace merkle = cairn::merkle;
namespace note = cairn::note;

constexpr std::uint64_t kSampleSizes[] = {1, 2, 3, 5, 7, 8, 9, 64, 255, 256, 257, 69'696};
constexpr char kOrigin[] = "log.example.org/cairn/test-1";
constexpr char kWitness[] = "witness.example.net/w1";

keys::SigningPrivateKey KeyOf(char byte) {
  const std::string seed(32, byte);
  return keys::SigningPrivateKey::FromSeed(keys::SecretBytes::CopyOf(keys::AsBytes(seed))).value();
}

class SampleWriter {
 public:
  explicit SampleWriter(fs::path folder) : folder_(std::move(folder)) {}

  void WriteAll() {
    for (const std::uint64_t size : kSampleSizes) {
      while (merkle::ToInt(tree_.size()) < size) {
        const std::string entry = absl::StrCat("entry ", merkle::ToInt(tree_.size()));
        tree_.Append(merkle::HashLeaf(keys::AsBytes(entry)));
      }
      WriteSize(size);
    }
    WriteTiles();
    WriteFile("cases", cases_);
  }

 private:
  void WriteFile(const std::string& name, const std::string& bytes) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << bytes;
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
  }

  void WriteSize(std::uint64_t size) {
    const merkle::TreeSize tree_size{size};
    const note::Checkpoint checkpoint{
        .origin = kOrigin, .size = tree_size, .root = merkle::RootAt(tree_size, tree_).value()};
    const std::string signed_note = note::SignCheckpoint(checkpoint, log_key_).value();
    const note::SignatureLine line =
        note::Cosign(note::FormatCheckpoint(checkpoint).value(), note::PosixSeconds{1767225600},
                     kWitness, witness_key_)
            .value();
    const std::string cosigned =
        note::MergeSignatureLines(keys::AsBytes(signed_note), {&line, 1}).value();
    WriteFile(absl::StrCat(size, ".checkpoint"), cosigned);
    for (const std::uint64_t index : std::set<std::uint64_t>{0, size / 3, size / 2, size - 1}) {
      WriteReceipt(merkle::LeafIndex{index}, tree_size, cosigned);
    }
    for (const std::uint64_t from :
         std::set<std::uint64_t>{1, size / 2 + 1, size - size / 3, size}) {
      WriteRequest(merkle::TreeSize{from}, tree_size, signed_note);
    }
  }

  void WriteReceipt(merkle::LeafIndex index, merkle::TreeSize size, const std::string& cosigned) {
    const note::ProofFile proof{.extra = std::nullopt,
                                .index = index,
                                .path = merkle::ProveInclusion(index, size, tree_).value(),
                                .note = cosigned};
    const std::string name =
        absl::StrCat(merkle::ToInt(size), "-", merkle::ToInt(index), ".tlog-proof");
    WriteFile(name, note::FormatProofFile(proof).value());
    absl::StrAppend(&cases_, "proof ", merkle::ToInt(index), " ", name, "\n");
  }

  void WriteRequest(merkle::TreeSize from, merkle::TreeSize size, const std::string& signed_note) {
    const note::AddCheckpointRequest request{
        .old_size = from,
        .proof = merkle::ProveConsistency(from, size, tree_).value(),
        .note = signed_note};
    const std::string name =
        absl::StrCat(merkle::ToInt(size), "-from-", merkle::ToInt(from), ".add-checkpoint");
    WriteFile(name, note::FormatAddCheckpoint(request).value());
    const merkle::NodeHash root = merkle::RootAt(from, tree_).value();
    absl::StrAppend(&cases_, "request ", keys::Base64(root.digest.View()), " ", name, "\n");
  }

  void WriteTiles() {
    for (const merkle::TileId& id : merkle::ChangedTiles(merkle::TreeSize{0}, tree_.size())) {
      std::vector<merkle::NodeId> nodes;
      for (unsigned i = 0; i < id.width; ++i) {
        nodes.push_back(
            {.level = id.level * merkle::kTileHeight, .index = id.index * merkle::kTileWidth + i});
      }
      WriteFile(merkle::TilePath(id),
                merkle::Tile::FromRow(tree_.ReadNodes(nodes).value()).Encode());
    }
  }

  fs::path folder_;
  merkle::MemoryTree tree_;
  std::string cases_;
  const keys::SigningPrivateKey log_key_ = KeyOf(1);
  const keys::SigningPrivateKey witness_key_ = KeyOf(2);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: tlog_sample FOLDER\n";
    return 2;
  }
  SampleWriter(argv[1]).WriteAll();
  return 0;
}
