// Logs of any size and history, and a witness in a folder of its own. For tests.
#ifndef CAIRN_AUDIT_WITNESS_TESTING_H_
#define CAIRN_AUDIT_WITNESS_TESTING_H_

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/log/rocks_store.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/reference.h"
#include "audit/note/add_checkpoint.h"
#include "audit/note/checkpoint.h"
#include "audit/note/testing.h"
#include "audit/witness/witness.h"

namespace cairn::witness::testing {

namespace reference = merkle::reference;

inline const std::string& Origin() { return note::testing::Vector().at("origin"); }

// A log whose leaf i is one text, but from `fork` on, where it is another: two of these with
// different forks are two histories of one log.
class TestLog {
 public:
  explicit TestLog(std::size_t fork = 1000, std::string origin = Origin())
      : origin_(std::move(origin)) {
    for (std::size_t i = 0; i < 64; ++i) {
      entries_.push_back((i < fork ? "entry " : "other ") + std::to_string(i));
    }
  }

  merkle::NodeHash Root(std::size_t size) const {
    return reference::Root(reference::Part(entries_).first(size));
  }
  std::string Note(std::size_t size) const { return NoteOf(size, Root(size)); }
  std::string NoteOf(std::size_t size, const merkle::NodeHash& root) const {
    // By hand, because SignCheckpoint refuses what no tree has.
    const std::string text =
        origin_ + "\n" + std::to_string(size) + "\n" + keys::Base64(root.digest.View()) + "\n";
    return note::SignNote(text, origin_, note::testing::LogKey()).value();
  }
  // The request to go from `old` to `size`.
  std::string Request(std::size_t old, std::size_t size) const {
    reference::Path proof;
    if (old != 0 && old < size) {
      proof = reference::Consistency(old, reference::Part(entries_).first(size));
    }
    return RequestOf(old, proof, Note(size));
  }
  static std::string RequestOf(std::size_t old, const reference::Path& proof,
                               const std::string& note) {
    return note::FormatAddCheckpoint(
               {.old_size = merkle::TreeSize{old}, .proof = proof, .note = note})
        .value();
  }

 private:
  const std::string origin_;
  reference::Entries entries_;
};

// A witness that knows the conformance log, over a database that goes with the object.
class WitnessUnderTest {
 public:
  explicit WitnessUnderTest(std::uint32_t queries_per_day = kMaxQueriesPerDay)
      : queries_per_day_(queries_per_day), key_(note::testing::WitnessKey()) {
    std::string path = (std::filesystem::temp_directory_path() / "cairn-witness-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) std::abort();
    folder_ = path;
    Open();
  }
  ~WitnessUnderTest() {
    witness.reset();
    store.reset();
    std::filesystem::remove_all(folder_);
  }
  WitnessUnderTest(const WitnessUnderTest&) = delete;
  WitnessUnderTest& operator=(const WitnessUnderTest&) = delete;

  void Open() {
    witness.reset();
    store.reset();
    store = log::OpenRocksStore(folder_ + "/db").value();
    Witness::Options options;
    options.name = note::testing::Vector().at("witness");
    options.key = &key_;
    options.logs = {{note::testing::LogVkey(), queries_per_day_}};
    options.on_fatal = [this](const absl::Status& status) { fatal = status; };
    witness = Witness::Create(std::move(options), *store).value();
  }

  Answer Add(const std::string& body) {
    return witness->AddCheckpoint(keys::AsBytes(body), note::PosixSeconds{now_s});
  }
  Answer Latest() const { return witness->ReadCheckpoint(OriginHash(Origin()).Hex()); }

  std::uint64_t now_s = 1'767'225'600;
  absl::Status fatal;
  std::unique_ptr<log::Store> store;
  std::unique_ptr<Witness> witness;

 private:
  const std::uint32_t queries_per_day_;
  const keys::SigningPrivateKey key_;
  std::string folder_;
};

}  // namespace cairn::witness::testing

#endif  // CAIRN_AUDIT_WITNESS_TESTING_H_
