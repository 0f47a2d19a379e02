// Requests as anybody may send them, to a witness that has cosigned a checkpoint; and lists of
// logs. Besides not crashing: what is cosigned was signed by the log, and the size never goes back.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "audit/log/rocks_store.h"
#include "audit/note/add_checkpoint.h"
#include "audit/note/checkpoint.h"
#include "audit/witness/log_list.h"
#include "audit/witness/witness.h"
#include "keys/secret.h"

namespace {

namespace keys = cairn::keys;
namespace merkle = cairn::merkle;
namespace note = cairn::note;
namespace witness = cairn::witness;

// The log and the witness of tests/vectors/log/cairn-test-1.txt.
constexpr char kOrigin[] = "log.example.org/cairn/test-1";
constexpr char kRootOfThree[] = "2d7d787b3bfb2fefdcbceaf4607606c5fcf21e7237d41c726a77fb498822d99d";

void Must(bool holds) {
  if (!holds) std::abort();
}

const keys::SigningPrivateKey& KeyOf(char byte) {
  static const auto make = [](char seed) {
    return new keys::SigningPrivateKey(
        keys::SigningPrivateKey::FromSeed(
            keys::SecretBytes::CopyOf(keys::AsBytes(std::string(32, seed))))
            .value());
  };
  static const auto* const log = make('\x01');
  static const auto* const cosigner = make('\x02');
  return byte == '\x01' ? *log : *cosigner;
}

const keys::VerifierKey& LogVkey() {
  static const auto* const vkey = new keys::VerifierKey(
      keys::VerifierKey::Create(kOrigin, keys::NoteKeyType::kEd25519, KeyOf('\x01').Public())
          .value());
  return *vkey;
}

// Its database lies in memory where the machine has that, and has the first three leaves of the
// conformance log, so that the log's request (the seed) is a good one.
struct Target {
  Target() {
    std::string path = std::filesystem::exists("/dev/shm") ? "/dev/shm/cairn-fuzz-XXXXXX"
                                                           : "/tmp/cairn-fuzz-XXXXXX";
    Must(mkdtemp(path.data()) != nullptr);
    folder = path;
    store = cairn::log::OpenRocksStore(folder + "/db").value();
    made = witness::Witness::Create({.name = "witness.example.net/w1",
                                     .key = &KeyOf('\x02'),
                                     .logs = {{LogVkey(), witness::kMaxQueriesPerDay}},
                                     .on_fatal = {}},
                                    *store)
               .value();
    const note::Checkpoint three{
        kOrigin, merkle::TreeSize{3}, {keys::Digest::FromHex(kRootOfThree).value()}};
    const std::string first = "old 0\n\n" + note::SignCheckpoint(three, KeyOf('\x01')).value();
    Must(made->AddCheckpoint(keys::AsBytes(first), note::PosixSeconds{1}).status == 200);
  }
  ~Target() {
    made.reset();
    store.reset();
    std::filesystem::remove_all(folder);
  }
  std::string folder;
  std::unique_ptr<cairn::log::Store> store;
  std::unique_ptr<witness::Witness> made;
  std::uint64_t now_s = 1;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Target target;
  const std::string hash = witness::OriginHash(kOrigin).Hex();
  (void)witness::ParseLogList(keys::AsText({data, size}));
  const std::string before = target.made->ReadCheckpoint(hash).body;
  const auto answer = target.made->AddCheckpoint({data, size}, note::PosixSeconds{++target.now_s});
  const std::string after = target.made->ReadCheckpoint(hash).body;
  Must(!answer.body.empty());
  Must(answer.status == 200 || after == before);
  const auto opened = note::OpenCheckpoint(keys::AsBytes(after), LogVkey());
  Must(opened.ok() && opened->checkpoint.size >= merkle::TreeSize{3});
  return 0;
}
