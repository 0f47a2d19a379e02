// Logs on file with their state digest after every leaf: no change of this program may change what
// fold version 1 (handover.txt), 2 (ground.txt) and 3 (end.txt) made of them. The newest was
// written once by
//
//   CAIRN_WRITE_LEDGER_CORPUS=tests/vectors/ledger/end.txt ledger_test --gtest_filter=Corpus.*
//
// and is to be written again only with a new fold version, as another file.
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "audit/ledger/fold.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/replay.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keys/encoding.h"
#include "tests/testing/ledger_script.h"
#include "tests/testing/log_builder.h"
#include "tests/testing/status.h"
#include "tests/testing/vectors.h"

namespace cairn::ledger {
namespace {

using ::cairn::testing::Id;
using ::cairn::testing::LogBuilder;

struct CorpusLeaf {
  std::string verdict;  // "accepted", or the name of the refusal's reason.
  std::string digest;   // Of the state after it, hex.
  keys::Bytes entry;
};

std::string VerdictOf(const ReplayStep& step) {
  return step.refusal.has_value() ? v1::RefusalReason_Name(step.refusal->reason()) : "accepted";
}

void WriteCorpus(const std::string& path, const std::vector<keys::Bytes>& entries) {
  std::ofstream file(path);
  file
      << "# A scripted handover (tests/testing/ledger_script.h): verdict of the fold version that\n"
         "# its Genesis names, state digest after the leaf, entry bytes.\n";
  Replay replay;
  for (const keys::Bytes& entry : entries) {
    const ReplayStep step = *replay.Step(keys::AsBytes(entry));
    file << VerdictOf(step) << " " << StateDigest(replay.state())->Hex() << " "
         << keys::Hex(keys::AsBytes(entry)) << "\n";
  }
}

constexpr char kVersion1[] = "ledger/handover.txt";
constexpr char kVersion2[] = "ledger/ground.txt";
constexpr char kVersion3[] = "ledger/end.txt";

std::vector<CorpusLeaf> ReadCorpus(const std::string& name) {
  std::istringstream lines(cairn::testing::ReadVectorFile(name));
  std::vector<CorpusLeaf> leaves;
  for (std::string line; std::getline(lines, line);) {
    if (line.front() == '#') continue;
    std::istringstream words(line);
    CorpusLeaf leaf;
    std::string hex;
    words >> leaf.verdict >> leaf.digest >> hex;
    leaf.entry = *keys::ParseHex(hex);
    leaves.push_back(leaf);
  }
  return leaves;
}

TEST(Corpus, FoldsToTheDigestsOnFile) {
  if (const char* path = std::getenv("CAIRN_WRITE_LEDGER_CORPUS")) {
    LogBuilder log;
    cairn::testing::ScriptWholeLog(log);
    WriteCorpus(path, log.entries());
  }
  for (const auto& [name, expected] :
       {std::pair(kVersion1, 2), std::pair(kVersion2, 3), std::pair(kVersion3, 4)}) {
    Replay replay;
    const std::vector<CorpusLeaf> leaves = ReadCorpus(name);
    EXPECT_GT(leaves.size(), 40u);
    int refused = 0;
    for (const CorpusLeaf& leaf : leaves) {
      ASSERT_OK_AND_ASSIGN(const ReplayStep step, replay.Step(keys::AsBytes(leaf.entry)));
      EXPECT_EQ(VerdictOf(step), leaf.verdict) << name << " " << merkle::ToInt(step.leaf);
      ASSERT_EQ(StateDigest(replay.state())->Hex(), leaf.digest)
          << name << " " << merkle::ToInt(step.leaf);
      if (step.refusal.has_value()) ++refused;
    }
    EXPECT_EQ(refused, expected) << name;
  }
}

TEST(Corpus, HasEveryBodyThatTheFoldKnows) {
  for (const auto& [name, expected] :
       {std::pair(kVersion1, 21u), std::pair(kVersion2, 30u), std::pair(kVersion3, 32u)}) {
    std::set<int> bodies;
    for (const CorpusLeaf& leaf : ReadCorpus(name)) {
      const auto entry = statement::ParseEntry(keys::AsBytes(leaf.entry));
      const auto verified = statement::Verify(keys::AsBytes(entry->signed_statement));
      if (leaf.verdict == "accepted") bodies.insert(verified->statement().body_case());
    }
    EXPECT_EQ(bodies.size(), expected) << name;
  }
}

TEST(Corpus, OneFlippedBitOfAnObjectChangesTheDigest) {
  LogBuilder log;
  cairn::testing::ScriptWholeLog(log);
  const keys::Digest good = *StateDigest(log.state());
  std::vector<Change> objects;
  ASSERT_TRUE(log.state()
                  .Scan("",
                        [&](absl::string_view key, keys::ByteView value) {
                          objects.push_back({std::string(key), keys::ToBytes(value)});
                          return true;
                        })
                  .ok());
  for (const Change& object : objects) {
    if (object.value->empty()) continue;
    Change flipped = object;
    (*flipped.value)[object.value->size() / 2] ^= 1;
    MemoryState state = log.state();
    state.Apply({flipped});
    EXPECT_NE(*StateDigest(state), good) << object.key;
  }
}

// Batches of any size over an overlay come to the same state as leaf after leaf.
TEST(FoldProperty, BatchesOverAnOverlayGiveTheSameState) {
  LogBuilder log;
  cairn::testing::ScriptWholeLog(log);
  for (const std::size_t batch : {2, 3, 7, 64}) {
    MemoryState state;
    std::uint64_t leaf = 0;
    while (leaf < log.entries().size()) {
      OverlayView overlay(state);
      for (std::size_t i = 0; i < batch && leaf < log.entries().size(); ++i, ++leaf) {
        const auto entry = statement::ParseEntry(keys::AsBytes(log.entries()[leaf]));
        const auto verified = statement::Verify(keys::AsBytes(entry->signed_statement));
        FoldOutcome outcome = *Fold(overlay, merkle::LeafIndex{leaf}, *verified);
        overlay.Apply(std::move(outcome.changes));
      }
      state.Apply(overlay.TakeChanges());
    }
    EXPECT_EQ(*StateDigest(state), *StateDigest(log.state())) << batch;
  }
}

// Fields of a message and of those inside it set to odd values, at random.
void Disturb(google::protobuf::Message& message, std::mt19937_64& chance, int depth) {
  const auto* descriptor = message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  const auto* field = descriptor->field(
      static_cast<int>(chance() % static_cast<std::uint64_t>(descriptor->field_count())));
  using Field = google::protobuf::FieldDescriptor;
  const bool add = field->is_repeated();
  static constexpr std::uint64_t kNumbers[] = {0, 1, 2, 31, 1000, ~0ULL};
  const std::uint64_t number = kNumbers[chance() % 6];
  const std::string text = chance() % 2 == 0 ? std::string(chance() % 40, 'x') : "north";
  switch (field->cpp_type()) {
    case Field::CPPTYPE_MESSAGE:
      if (depth > 6) return;
      return Disturb(add ? *reflection->AddMessage(&message, field)
                         : *reflection->MutableMessage(&message, field),
                     chance, depth + 1);
    case Field::CPPTYPE_STRING:
      return add ? reflection->AddString(&message, field, text)
                 : reflection->SetString(&message, field, text);
    case Field::CPPTYPE_UINT64:
      return add ? reflection->AddUInt64(&message, field, number)
                 : reflection->SetUInt64(&message, field, number);
    case Field::CPPTYPE_UINT32:
      return add ? reflection->AddUInt32(&message, field, static_cast<std::uint32_t>(number))
                 : reflection->SetUInt32(&message, field, static_cast<std::uint32_t>(number));
    case Field::CPPTYPE_INT32:
      return reflection->SetInt32(&message, field, static_cast<std::int32_t>(number));
    case Field::CPPTYPE_BOOL:
      return reflection->SetBool(&message, field, number % 2 == 1);
    case Field::CPPTYPE_ENUM: {
      const auto* type = field->enum_type();
      const auto* value =
          type->value(static_cast<int>(chance() % static_cast<std::uint64_t>(type->value_count())));
      return add ? reflection->AddEnum(&message, field, value)
                 : reflection->SetEnum(&message, field, value);
    }
    default:
      return;
  }
}

TEST(FoldProperty, DisturbedStatementsAreFoldedOrRefusedInWords) {
  LogBuilder log;
  log.Found();
  const Id handover = log.OpenHandover();
  cairn::testing::ScriptDelivery(log, handover);
  std::vector<v1::Statement> good;
  for (const CorpusLeaf& leaf : ReadCorpus(kVersion2)) {
    const auto entry = statement::ParseEntry(keys::AsBytes(leaf.entry));
    const auto verified = statement::Verify(keys::AsBytes(entry->signed_statement));
    good.push_back(verified->statement());
  }
  constexpr std::uint64_t kSeed = 20210809;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 chance(kSeed);
  const char* parties[] = {"holding", "receiving", "mediator-a", "registrar-a", "operator"};
  int accepted = 0;
  for (int i = 0; i < 3000; ++i) {
    v1::Statement statement = good[chance() % good.size()];
    const v1::Statement envelope = log.Say(parties[chance() % 5], handover);
    statement.set_log_origin(envelope.log_origin());
    statement.set_actor(envelope.actor());
    statement.set_key(envelope.key());
    statement.set_sequence(envelope.sequence());
    statement.set_previous(envelope.previous());
    statement.set_handover(statement.handover().empty() ? "" : envelope.handover());
    statement.set_issued_at_ms(envelope.issued_at_ms());
    statement.set_expires_at_ms(envelope.expires_at_ms());
    const auto* body = statement.GetDescriptor()->FindFieldByNumber(statement.body_case());
    for (std::uint64_t n = chance() % 4; n > 0; --n) {
      Disturb(*statement.GetReflection()->MutableMessage(&statement, body), chance, 0);
    }
    if (!statement::CanonicalBytes(statement).ok()) continue;
    ASSERT_OK_AND_ASSIGN(const FoldOutcome outcome,
                         Fold(log.state(), log.NextLeaf(), log.Verified(statement)));
    if (outcome.accepted()) {
      ++accepted;
      EXPECT_FALSE(outcome.changes.empty());
      continue;
    }
    EXPECT_TRUE(outcome.changes.empty());
    EXPECT_FALSE(outcome.refusal->message().empty());
    EXPECT_FALSE(outcome.refusal->remedy().empty());
    EXPECT_TRUE(statement::CanonicalBytes(*outcome.refusal).ok());
  }
  EXPECT_GT(accepted, 50);
}

}  // namespace
}  // namespace cairn::ledger
