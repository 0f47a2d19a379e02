#include "audit/log/opening.h"

#include <filesystem>

#include "audit/log/published.h"
#include "audit/log/testing.h"
#include "gmock/gmock.h"

namespace cairn::log {
namespace {

using testing::CopyTree;
using testing::Doubts;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::ReadFile;
using testing::StatusIs;
using testing::SubmitAll;
using testing::SubmitOne;
using testing::TempFolder;
using testing::TestLog;
using testing::WriteFile;
using Code = absl::StatusCode;

// A closed log of ten leaves in three batches at the least.
class OpeningTest : public ::testing::Test {
 protected:
  OpeningTest() : log_(folder_) {
    EXPECT_THAT(log_.Open(), IsOk());
    SubmitAll(log_.sequencer(), log_.Found(5));
    Say(1);
    Say(1);
    Say(1);
    log_.Close();
  }
  void Say(int claims) {
    for (int i = 0; i < claims; ++i) {
      const Outcome outcome = SubmitOne(log_.sequencer(), log_.small.registrar().SignClaim(0));
      EXPECT_TRUE(std::holds_alternative<Logged>(outcome));
    }
  }
  // Opens, and gives why it is sealed; "" if it is not.
  std::string Sealed() {
    const absl::Status status = log_.Open();
    if (!status.ok()) {
      ADD_FAILURE() << status;
      return "";
    }
    return log_.sequencer().sealed().value_or("");
  }
  void ExpectSealed(const std::string& why) {
    EXPECT_THAT(Sealed(), HasSubstr(why));
    EXPECT_THAT(log_.sequencer().Submit({log_.small.registrar().SignClaim(0), [](Outcome) {}}),
                StatusIs(Code::kFailedPrecondition, HasSubstr("the log is sealed")));
    EXPECT_FALSE(log_.Check().clean());
  }
  void SpoilSlot(std::size_t slot) {
    std::string bytes = ReadFile(log_.anchor_path());
    bytes[slot * kAnchorSlotBytes + 100] ^= 1;
    WriteFile(log_.anchor_path(), bytes);
  }
  std::size_t NewestSlot() {
    const AnchorContents contents = ReadAnchor(log_.anchor_path()).value();
    return contents.slots[0]->head.size > contents.slots[1]->head.size ? 0 : 1;
  }

  TempFolder folder_;
  TestLog log_;
};

TEST_F(OpeningTest, OpensWhereDatabaseAndAnchorFit) {
  EXPECT_EQ(Sealed(), "");
  EXPECT_TRUE(log_.sequencer().messages().empty());
  Say(3);
  EXPECT_TRUE(log_.Check().clean()) << Doubts(log_.Check());
}

TEST_F(OpeningTest, SealsADatabaseRestoredFromAnOlderCopy) {
  CopyTree(log_.database_path(), folder_ / "backup");
  EXPECT_EQ(Sealed(), "");
  Say(2);
  log_.Close();
  CopyTree(folder_ / "backup", log_.database_path());
  ExpectSealed("is of 12 leaves, the database has 10: it was restored from an older copy");
  // It still reads.
  EXPECT_EQ(log_.sequencer().Head()->head.size, merkle::TreeSize{10});
  EXPECT_THAT(log_.store().ReadEntry(merkle::LeafIndex{9}), IsOk());
}

TEST_F(OpeningTest, SealsAnOlderAnchorThatWasPutBack) {
  const std::string old_anchor = ReadFile(log_.anchor_path());
  EXPECT_EQ(Sealed(), "");
  Say(2);
  log_.Close();
  WriteFile(log_.anchor_path(), old_anchor);
  ExpectSealed("an older anchor was put back");
}

TEST_F(OpeningTest, SealsWhenTheAnchorIsMissing) {
  std::filesystem::remove(log_.anchor_path());
  ExpectSealed("there is no anchor");
}

TEST_F(OpeningTest, SealsWhenTheAnchorIsNotAnAnchor) {
  WriteFile(log_.anchor_path(), ReadFile(log_.anchor_path()) + "x");
  ExpectSealed("has 8193 bytes");
}

TEST_F(OpeningTest, SealsANewDatabaseBesideAnOldAnchor) {
  std::filesystem::remove_all(log_.database_path());
  EXPECT_THAT(Sealed(), HasSubstr("belongs to database"));
}

TEST_F(OpeningTest, SealsWhenBothSlotsAreDamaged) {
  SpoilSlot(0);
  SpoilSlot(1);
  ExpectSealed("both slots of the anchor");
}

TEST_F(OpeningTest, RepairsOneDamagedSlotAndSaysSo) {
  for (const bool newest : {false, true}) {
    SpoilSlot(newest ? NewestSlot() : 1 - NewestSlot());
    EXPECT_EQ(Sealed(), "");
    ASSERT_EQ(log_.sequencer().messages().size(), 1u);
    EXPECT_THAT(log_.sequencer().messages()[0], HasSubstr("written again from the other slot"));
    EXPECT_TRUE(log_.Check().clean()) << Doubts(log_.Check());
    EXPECT_EQ(ReadAnchor(log_.anchor_path())->Newest()->head.size,
              log_.sequencer().Head()->head.size);
    Say(2);
    log_.Close();
  }
}

TEST_F(OpeningTest, SealsWhenTheOtherSlotIsUnknownToTheDatabase) {
  const std::string old_anchor = ReadFile(log_.anchor_path());
  EXPECT_EQ(Sealed(), "");
  Say(3);
  log_.Close();
  WriteFile(log_.anchor_path(), old_anchor);
  SpoilSlot(0);
  ExpectSealed("neither the newest nor the previous note");
}

TEST_F(OpeningTest, EveryFlippedByteOfTheAnchorIsNamed) {
  const std::string whole = ReadFile(log_.anchor_path());
  ASSERT_THAT(log_.Open(), IsOk());
  log_.sequencer().Stop();
  for (std::size_t i = 0; i < whole.size();
       i += 13) {  // 13 divides neither slot: all offsets mod 13.
    std::string flipped = whole;
    flipped[i] ^= 4;
    WriteFile(log_.anchor_path(), flipped);
    const absl::StatusOr<AnchorContents> contents = ReadAnchor(log_.anchor_path());
    ASSERT_THAT(contents, IsOk());
    const std::size_t slot = i / kAnchorSlotBytes;
    EXPECT_THAT(contents->slots[slot], StatusIs(Code::kDataLoss)) << "byte " << i;
    EXPECT_THAT(contents->slots[1 - slot], IsOk());
  }
  const FsckReport report = log_.Check();
  EXPECT_THAT(Doubts(report), HasSubstr("anchor: slot 2 of the anchor is damaged"));
  WriteFile(log_.anchor_path(), whole);
  EXPECT_TRUE(log_.Check().clean());
}

TEST_F(OpeningTest, RefusesAKeyThatHasNotSignedThisLog) {
  const keys::SigningPrivateKey other = cairn::testing::KeyFromName("another log key");
  auto store = testing::OrDie(OpenRocksStore(log_.database_path()));
  SequencerHooks hooks;
  hooks.now_ms = [] { return std::uint64_t{1}; };
  LogIdentity identity = log_.Identity();
  identity.log_key = &other;
  EXPECT_THAT(Sequencer::Open(*store, log_.anchor_path(), identity, hooks),
              StatusIs(Code::kFailedPrecondition, HasSubstr("the wrong key")));
}

TEST_F(OpeningTest, RefusesASecondProcessOnTheSameAnchor) {
  ASSERT_THAT(log_.Open(), IsOk());
  auto store = testing::OrDie(OpenRocksStore(folder_ / "db2"));
  SequencerHooks hooks;
  hooks.now_ms = [] { return std::uint64_t{1}; };
  EXPECT_THAT(Sequencer::Open(*store, log_.anchor_path(), log_.Identity(), hooks),
              StatusIs(Code::kFailedPrecondition, HasSubstr("held by another process")));
}

// What a crash between the steps of a batch leaves, made by putting older pieces beside newer ones.
TEST_F(OpeningTest, GoesOnFromASizeWithoutANote) {
  CopyTree(log_.database_path(), folder_ / "before");
  const std::string anchor_before = ReadFile(log_.anchor_path());
  const NoteRecord note_before = [&] {
    auto store = testing::OrDie(OpenRocksStore(folder_ / "before"));
    return *store->ReadNotes()->newest;
  }();
  // Steps (4) and (5) have not happened: the anchor of before, and a batch without its note. The
  // store's own rules do not let a note go back, so the batch is made in a copy by hand.
  auto store = testing::OrDie(OpenRocksStore(log_.database_path()));
  auto opening = OpenAnchored(*store, log_.anchor_path(), log_.small.vkey());
  ASSERT_THAT(opening, IsOk());
  ASSERT_FALSE(opening->sealed.has_value());
  const statement::VerifiedStatement claim = log_.small.registrar().SignClaim(1);
  Batch batch;
  batch.from = opening->edge.head().size;
  const keys::Bytes entry =
      statement::EncodeEntry(log_.now_ms, keys::AsBytes(claim.signed_bytes()));
  const merkle::LeafHash leaf = merkle::HashLeaf(keys::AsBytes(entry));
  Edge::Growth growth = opening->edge.Append({&leaf, 1});
  batch.entries.push_back({entry, claim.id(), std::nullopt});
  batch.tiles = std::move(growth.tiles);
  batch.head = growth.head;
  ASSERT_THAT(store->Commit(batch, Durability::kSynced), IsOk());
  EXPECT_EQ(store->ReadNotes()->newest, note_before);
  store.reset();
  opening->anchor.reset();
  EXPECT_EQ(ReadFile(log_.anchor_path()), anchor_before);

  EXPECT_EQ(Sealed(), "");
  EXPECT_EQ(log_.sequencer().Head()->head, growth.head);
  EXPECT_EQ(ReadAnchor(log_.anchor_path())->Newest()->head, growth.head);
  EXPECT_EQ(log_.store().ReadNotes()->previous, note_before);
}

TEST_F(OpeningTest, GoesOnFromANoteThatIsNotInTheAnchor) {
  const std::string anchor_before = ReadFile(log_.anchor_path());
  EXPECT_EQ(Sealed(), "");
  Say(1);
  const TreeHead head = log_.sequencer().Head()->head;
  log_.Close();
  WriteFile(log_.anchor_path(), anchor_before);  // As if step (5) had not happened.
  EXPECT_EQ(Sealed(), "");
  EXPECT_EQ(log_.sequencer().Head()->head, head);
  EXPECT_EQ(ReadAnchor(log_.anchor_path())->Newest()->head, head);
  Say(1);
  EXPECT_TRUE(log_.Check().clean()) << Doubts(log_.Check());
}

TEST_F(OpeningTest, GoesOnFromASlotTornWhileItWasWritten) {
  const std::string anchor_before = ReadFile(log_.anchor_path());
  EXPECT_EQ(Sealed(), "");
  Say(1);
  const TreeHead head = log_.sequencer().Head()->head;
  const std::size_t slot = NewestSlot();
  log_.Close();
  std::string torn = anchor_before;
  const std::string after = ReadFile(log_.anchor_path());
  torn.replace(slot * kAnchorSlotBytes, 512, after.substr(slot * kAnchorSlotBytes, 512));
  torn.replace(slot * kAnchorSlotBytes + 30, 20, std::string(20, '\xee'));
  WriteFile(log_.anchor_path(), torn);
  EXPECT_EQ(Sealed(), "");
  EXPECT_EQ(log_.sequencer().messages().size(), 1u);
  EXPECT_EQ(ReadAnchor(log_.anchor_path())->Newest()->head, head);
}

TEST_F(OpeningTest, PublishesForwardAndNeverBack) {
  EXPECT_EQ(Sealed(), "");
  auto published = testing::OrDie(Published::Load(log_.store(), log_.small.vkey()));
  EXPECT_EQ(published->Current(), nullptr);
  const keys::Bytes ten = log_.sequencer().Head()->note;
  ASSERT_THAT(published->Publish(ten), IsOk());
  Say(1);
  const keys::Bytes eleven = log_.sequencer().Head()->note;
  ASSERT_THAT(published->Publish(eleven), IsOk());
  EXPECT_THAT(published->Publish(ten), StatusIs(Code::kFailedPrecondition));
  std::string spoilt = eleven;
  spoilt[spoilt.size() - 10] ^= 1;
  EXPECT_FALSE(published->Publish(spoilt).ok());
  EXPECT_EQ(published->Current()->note, eleven);
  published.reset();
  EXPECT_EQ(Sealed(), "");
  published = testing::OrDie(Published::Load(log_.store(), log_.small.vkey()));
  EXPECT_EQ(published->Current()->note, eleven);
}

TEST_F(OpeningTest, PublishesNoRootThatTheTreeHasNot) {
  EXPECT_EQ(Sealed(), "");
  auto published = testing::OrDie(Published::Load(log_.store(), log_.small.vkey()));
  const keys::Bytes other = testing::OrDie(note::SignCheckpoint(
      {log_.small.origin(), merkle::TreeSize{5}, {keys::Sha256(keys::AsBytes("no"))}},
      log_.small.log_key()));
  EXPECT_THAT(published->Publish(other), StatusIs(Code::kDataLoss));
}

}  // namespace
}  // namespace cairn::log
