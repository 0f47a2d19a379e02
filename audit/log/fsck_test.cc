#include "audit/log/fsck.h"

#include <filesystem>
#include <map>
#include <random>

#include "audit/log/edge.h"
#include "audit/log/layout.h"
#include "audit/log/rocks_reader.h"
#include "audit/log/testing.h"
#include "gmock/gmock.h"
#include "keys/encoding.h"
#include "rocksdb/db.h"

namespace cairn::log {
namespace {

using testing::Doubts;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::SubmitAll;
using testing::TempFolder;
using testing::TestLog;

// A small log, closed, and its database open beneath a store, so that a test can spoil one value,
// look at what fsck says, and put it back.
class FsckTest : public ::testing::Test {
 protected:
  FsckTest() : log_(folder_) {
    EXPECT_THAT(log_.Open(), IsOk());
    SubmitAll(log_.sequencer(), log_.Found(3));
    SubmitAll(log_.sequencer(), {log_.small.registrar().SignClaim(9)});
    log_.Close();
    rocksdb::DB* db = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open({}, log_.database_path(), &db).ok());
    db_ = db;
    store_ =
        testing::OrDie(AdoptRocks(std::unique_ptr<rocksdb::DB>(db), RocksOptions::Mode::kOpen));
  }

  FsckReport Check() { return Fsck(*store_, ReadAnchor(log_.anchor_path()), log_.small.vkey()); }
  void Put(const std::string& key, const std::string& value) {
    EXPECT_TRUE(db_->Put({}, key, value).ok());
  }
  std::map<std::string, std::string> All() {
    std::map<std::string, std::string> all;
    const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      all[it->key().ToString()] = it->value().ToString();
    }
    return all;
  }
  // What fsck says with `key` holding `value` instead.
  std::string With(const std::string& key, const std::string& value) {
    std::string before;
    const bool there = db_->Get({}, key, &before).ok();
    Put(key, value);
    const std::string doubts = Doubts(Check());
    if (there) {
      Put(key, before);
    } else {
      EXPECT_TRUE(db_->Delete({}, key).ok());
    }
    return doubts;
  }
  std::string Without(const std::string& key) {
    std::string before;
    EXPECT_TRUE(db_->Get({}, key, &before).ok()) << key;
    EXPECT_TRUE(db_->Delete({}, key).ok());
    const std::string doubts = Doubts(Check());
    Put(key, before);
    return doubts;
  }

  TempFolder folder_;
  TestLog log_;
  rocksdb::DB* db_ = nullptr;  // The store's.
  std::unique_ptr<Store> store_;
};

TEST_F(FsckTest, AWholeLogIsClean) {
  const FsckReport report = Check();
  EXPECT_TRUE(report.clean()) << Doubts(report);
  EXPECT_EQ(report.head, store_->ReadHead().value());
  EXPECT_EQ(report.not_checked, "");
}

// Which doubt a spoilt value of this kind must at least raise.
std::string WhatItIs(const std::string& key) {
  static const std::map<std::string, std::string> kPrefixes = {
      {"e/", "tile: "}, {"t/", "tile: "}, {"i/", "id: "}, {"o/", "object: "}};
  // A size that is too large misses a leaf first.
  if (key == layout::kHeadKey) return "";
  if (key[0] == 'm') return "note: ";
  return kPrefixes.at(key.substr(0, 2));
}

TEST_F(FsckTest, EveryFlippedByteOfEveryStoredValueIsNamed) {
  std::size_t flips = 0;
  for (const auto& [key, value] : All()) {
    if (key == layout::kFormatKey || key == layout::kDatabaseKey) continue;  // Read when opening.
    // Long values are sampled, from their first to their last byte; every seventh differs from
    // every field boundary.
    const std::size_t step = value.size() > 64 ? 7 : 1;
    for (std::size_t i = 0; i < value.size(); i += step) {
      std::string flipped = value;
      flipped[i] = static_cast<char>(flipped[i] ^ (i % 2 == 0 ? 1 : 0x80));
      const std::string doubts = With(key, flipped);
      ASSERT_NE(doubts, "") << "byte " << i << " of " << keys::Hex(keys::AsBytes(key));
      ASSERT_THAT(doubts, HasSubstr(WhatItIs(key)))
          << "byte " << i << " of " << keys::Hex(keys::AsBytes(key));
      ++flips;
    }
  }
  EXPECT_GT(flips, 300u);
  EXPECT_TRUE(Check().clean());
}

TEST_F(FsckTest, EveryMissingValueIsNamed) {
  for (const auto& [key, value] : All()) {
    if (key == layout::kFormatKey || key == layout::kDatabaseKey) continue;
    if (key == layout::kPreviousNoteKey) continue;  // The first note has none before it.
    std::string about = WhatItIs(key);
    if (key.substr(0, 2) == layout::kEntryPrefix) about = "entry: ";
    if (key == layout::kHeadKey) about = "head: ";
    EXPECT_THAT(Without(key), HasSubstr(about)) << keys::Hex(keys::AsBytes(key));
  }
  EXPECT_TRUE(Check().clean());
}

TEST_F(FsckTest, WhatShouldNotBeThereIsNamed) {
  const statement::StatementId other{keys::Sha256(keys::AsBytes("other"))};
  EXPECT_THAT(With(layout::EntryKey(6), "more"), HasSubstr("entry: there is a leaf 6"));
  EXPECT_THAT(With(layout::TileKey(0, 1), std::string(32, 'h')), HasSubstr("tile: there is"));
  EXPECT_THAT(With(layout::TileKey(1, 0), std::string(32, 'h')), HasSubstr("tile: there is"));
  EXPECT_THAT(With(layout::IdKey(other), layout::U64(1)), HasSubstr("id: 7 ids are stored"));
  EXPECT_THAT(With(layout::HandoverKey(other, 1), ""), HasSubstr("handover: 1 leaves are listed"));
  EXPECT_THAT(With("o/party/ghost", "x"), HasSubstr("\"party/ghost\" follows from no leaf"));
  EXPECT_THAT(With("z/", "x"), HasSubstr("unknown key: "));
  EXPECT_THAT(With("m/else", "x"), HasSubstr("unknown key: "));
  EXPECT_TRUE(Check().clean());
}

// Bytes of the database's files, wherever they lie: a flip is found when opening, by the anchor or
// by fsck; or it changes nothing that is stored.
TEST_F(FsckTest, NoFlippedByteOfTheDatabasesFilesChangesAnythingUnseen) {
  const std::map<std::string, std::string> whole = All();
  store_.reset();
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(log_.database_path())) {
    const std::string name = file.path().filename().string();
    if (file.file_size() > 0 && name.rfind("LOG", 0) != 0) files.push_back(name);
  }
  ASSERT_GE(files.size(), 4u);
  int unseen = 0;
  for (int i = 0; i < 120; ++i) {
    const std::string& name = files[static_cast<std::size_t>(i) % files.size()];
    testing::CopyTree(log_.database_path(), folder_ / "flipped");
    std::string bytes = testing::ReadFile(folder_ / "flipped/" + name);
    bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    testing::WriteFile(folder_ / "flipped/" + name, bytes);
    rocksdb::DB* db = nullptr;
    rocksdb::Options options;
    options.paranoid_checks = true;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    if (!rocksdb::DB::Open(options, folder_ / "flipped", &db).ok()) continue;
    db_ = db;
    auto store = AdoptRocks(std::unique_ptr<rocksdb::DB>(db), RocksOptions::Mode::kOpen);
    if (!store.ok()) continue;
    if (!Fsck(**store, ReadAnchor(log_.anchor_path()), log_.small.vkey()).clean()) continue;
    ++unseen;
    EXPECT_EQ(All(), whole) << "a flip in " << name;
  }
  EXPECT_LT(unseen, 120);
}

TEST_F(FsckTest, ALeafThatTheFoldRefusesIsNamed) {
  // The operator logs a claim of a key that nobody has enrolled: hashes and notes all fit.
  cairn::testing::Speaker stranger = log_.small.NewSpeaker("stranger");
  const statement::VerifiedStatement claim = stranger.SignClaim(1);
  const TreeHead head = store_->ReadHead().value();
  Edge edge = testing::OrDie(Edge::Load(head, *store_));
  Batch batch;
  batch.from = head.size;
  const keys::Bytes entry =
      statement::EncodeEntry(log_.now_ms, keys::AsBytes(claim.signed_bytes()));
  const merkle::LeafHash leaf = merkle::HashLeaf(keys::AsBytes(entry));
  Edge::Growth growth = edge.Append({&leaf, 1});
  batch.entries.push_back({entry, claim.id(), std::nullopt});
  batch.tiles = std::move(growth.tiles);
  batch.head = growth.head;
  ASSERT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
  EXPECT_THAT(Doubts(Check()), HasSubstr("refused: leaf 6 holds a claim that the fold refuses"));
}

TEST_F(FsckTest, AnAnchorOfAnotherDatabaseOrAheadOfThisOneIsNamed) {
  AnchorContents contents = ReadAnchor(log_.anchor_path()).value();
  AnchorRecord other = *contents.slots[0];
  other.database.bytes[0] ^= 1;
  FsckReport report = Fsck(*store_, AnchorContents{{other, contents.slots[1]}}, log_.small.vkey());
  EXPECT_THAT(Doubts(report), HasSubstr("anchor: slot 1 of the anchor belongs to database"));

  AnchorRecord ahead = *contents.Newest();
  ahead.head.size = merkle::TreeSize{7};
  ahead.note = testing::OrDie(note::SignCheckpoint(
      {log_.small.origin(), ahead.head.size, ahead.head.root}, log_.small.log_key()));
  report = Fsck(*store_, AnchorContents{{ahead, ahead}}, log_.small.vkey());
  EXPECT_THAT(Doubts(report), HasSubstr("lost its end or is an older copy"));
  report = Fsck(*store_, ReadAnchor(folder_ / "nowhere"), log_.small.vkey());
  EXPECT_THAT(Doubts(report), HasSubstr("anchor: "));
}

TEST_F(FsckTest, CountsTheDoubtsThatItDoesNotKeep) {
  for (const auto& [key, value] : All()) {
    if (key.substr(0, 2) == layout::kObjectPrefix) Put(key, "spoilt");
  }
  FsckOptions options;
  options.max_doubts = 2;
  const FsckReport report =
      Fsck(*store_, ReadAnchor(log_.anchor_path()), log_.small.vkey(), options);
  EXPECT_EQ(report.doubts.size(), 2u);
  EXPECT_GT(report.more_doubts, 0u);
  EXPECT_FALSE(report.clean());
}

TEST_F(FsckTest, ReportsProgressToTheEnd) {
  std::uint64_t last = 0;
  FsckOptions options;
  options.progress = [&](std::uint64_t done, std::uint64_t of) {
    EXPECT_EQ(of, 6u);
    last = done;
  };
  Fsck(*store_, ReadAnchor(log_.anchor_path()), log_.small.vkey(), options);
  EXPECT_EQ(last, 6u);
}

}  // namespace
}  // namespace cairn::log
