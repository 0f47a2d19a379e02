#include "audit/log/foreign_note.h"

#include "audit/log/testing.h"
#include "audit/merkle/proof.h"
#include "audit/merkle/tile_source.h"
#include "gmock/gmock.h"

namespace cairn::log {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using testing::SubmitAll;
using testing::SubmitOne;
using testing::TempFolder;
using testing::TestLog;

class ForeignNoteTest : public ::testing::Test {
 protected:
  ForeignNoteTest() : log_(folder_) {
    EXPECT_THAT(log_.Open(), IsOk());
    SubmitAll(log_.sequencer(), log_.Found(5));
  }
  // Signed by the log's key.
  keys::Bytes NoteOf(std::uint64_t size, const merkle::NodeHash& root) {
    return note::SignCheckpoint({log_.small.origin(), merkle::TreeSize{size}, root},
                                log_.small.log_key())
        .value();
  }
  merkle::NodeHash RootAt(std::uint64_t size) {
    return merkle::RootAt(merkle::TreeSize{size},
                          merkle::TileSource(merkle::TreeSize{size}, log_.store()))
        .value();
  }
  absl::Status Judge(const keys::Bytes& note) {
    return JudgeForeignNote(log_.store(), log_.small.vkey(), keys::AsBytes(note));
  }

  TempFolder folder_;
  TestLog log_;
};

TEST_F(ForeignNoteTest, EveryPrefixIsFine) {
  for (std::uint64_t size = 0; size <= 7; ++size) {
    EXPECT_THAT(Judge(NoteOf(size, RootAt(size))), IsOk()) << size;
  }
}

TEST_F(ForeignNoteTest, AnotherRootAtASizeIsAnotherHistory) {
  EXPECT_THAT(Judge(NoteOf(4, RootAt(5))),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("another history")));
}

TEST_F(ForeignNoteTest, ALargerTreeThanTheDatabaseHasIsAnOlderCopyOrAnotherHistory) {
  EXPECT_THAT(Judge(NoteOf(8, RootAt(5))),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("8 leaves, and the database has 7")));
}

TEST_F(ForeignNoteTest, WhatTheLogHasNotSignedShowsNothing) {
  const auto other = keys::SigningPrivateKey::Generate();
  const keys::Bytes foreign =
      note::SignCheckpoint({log_.small.origin(), merkle::TreeSize{100}, RootAt(5)}, other).value();
  EXPECT_THAT(Judge(foreign), StatusIs(absl::StatusCode::kUnauthenticated));
  keys::Bytes flipped = NoteOf(100, RootAt(5));
  flipped[flipped.size() - 20] ^= 1;
  EXPECT_THAT(Judge(flipped), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(Judge("garbage"), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(Judge(""), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(ForeignNoteTest, ALogOpensSealedBesideANoteOfAnotherHistoryAndNotBesideGarbage) {
  const keys::Bytes fork = NoteOf(4, RootAt(5));
  const keys::Bytes prefix = NoteOf(4, RootAt(4));
  log_.foreign_notes = {"garbage", prefix};
  ASSERT_THAT(log_.Open(), IsOk());
  EXPECT_EQ(log_.sequencer().sealed().value_or(""), "");
  log_.foreign_notes = {"garbage", prefix, fork};
  ASSERT_THAT(log_.Open(), IsOk());
  EXPECT_THAT(log_.sequencer().sealed().value_or(""), HasSubstr("another history"));
  EXPECT_THAT(log_.sequencer().Submit({log_.small.registrar().SignClaim(0), [](Outcome) {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ForeignNoteTest, ARunningLogThatIsSealedSignsNothingMore) {
  const auto head = log_.sequencer().Head();
  log_.sequencer().Seal("there is another history");
  log_.sequencer().Seal("a later reason");
  EXPECT_EQ(log_.sequencer().sealed().value_or(""), "there is another history");
  EXPECT_THAT(log_.sequencer().Submit({log_.small.registrar().SignClaim(0), [](Outcome) {}}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another history")));
  EXPECT_EQ(log_.sequencer().Head(), head);
}

// Sealed from the hook of a batch, while others wait behind it.
TEST_F(ForeignNoteTest, WhatWaitsWhenALogIsSealedIsAnsweredSo) {
  log_.on_head = [this](const std::shared_ptr<const SignedHead>&) {
    log_.sequencer().Seal("sealed meanwhile");
  };
  ASSERT_THAT(log_.Open(), IsOk());
  testing::Statements statements;
  for (std::size_t i = 0; i < 3 * kMaxBatchEntries; ++i) {
    statements.push_back(log_.small.registrar().SignClaim(i + 5));
  }
  std::size_t logged = 0;
  std::size_t sealed = 0;
  for (const Outcome& outcome : SubmitAll(log_.sequencer(), statements)) {
    if (std::holds_alternative<Logged>(outcome)) ++logged;
    if (const auto* status = std::get_if<absl::Status>(&outcome)) {
      EXPECT_THAT(*status, StatusIs(absl::StatusCode::kFailedPrecondition));
      ++sealed;
    }
  }
  EXPECT_EQ(logged + sealed, statements.size());
  EXPECT_LE(logged, kMaxBatchEntries);
  EXPECT_GT(logged, 0u);
}

}  // namespace
}  // namespace cairn::log
