#include "audit/log/store.h"

#include "audit/log/edge.h"
#include "audit/log/rocks_store.h"
#include "audit/log/testing.h"
#include "audit/merkle/hash.h"
#include "gmock/gmock.h"

namespace cairn::log {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::OrDie;
using testing::StatusIs;
using testing::TempFolder;
using Code = absl::StatusCode;

statement::StatementId IdFor(std::uint64_t n) {
  return {keys::Sha256(keys::AsBytes(absl::StrCat("id ", n)))};
}
const statement::StatementId kEvens{keys::Digest{{1}}};

// `count` made-up entries after those that `edge` has; the even ones belong to one handover.
Batch NextBatch(Edge& edge, std::uint64_t count) {
  Batch batch;
  batch.from = edge.head().size;
  std::vector<merkle::LeafHash> leaves;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t leaf = merkle::ToInt(batch.from) + i;
    NewEntry entry{absl::StrCat("entry ", leaf), IdFor(leaf), std::nullopt};
    if (leaf % 2 == 0) entry.handover = kEvens;
    leaves.push_back(merkle::HashLeaf(keys::AsBytes(entry.entry)));
    batch.entries.push_back(std::move(entry));
  }
  Edge::Growth growth = edge.Append(leaves);
  batch.tiles = std::move(growth.tiles);
  batch.head = growth.head;
  return batch;
}

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() { Reopen(); }
  void Reopen() {
    store_.reset();
    store_ = OrDie(OpenRocksStore(folder_ / "db"));
  }
  TempFolder folder_;
  std::unique_ptr<Store> store_;
  Edge edge_;
};

TEST_F(StoreTest, IsEmptyAtFirstAndKeepsItsId) {
  EXPECT_EQ(store_->ReadHead().value(), (TreeHead{merkle::TreeSize{0}, merkle::EmptyRoot()}));
  EXPECT_FALSE(store_->ReadNotes()->newest.has_value());
  const DatabaseId id = store_->database_id();
  Reopen();
  EXPECT_EQ(store_->database_id(), id);
  EXPECT_NE(OrDie(OpenRocksStore(folder_ / "other"))->database_id(), id);
}

TEST_F(StoreTest, IsOpenInOneProcessAtATime) {
  EXPECT_THAT(OpenRocksStore(folder_ / "db"),
              StatusIs(Code::kFailedPrecondition, HasSubstr("open in another process")));
}

TEST_F(StoreTest, OpensNoDatabaseThatIsNotThereUnlessTold) {
  RocksOptions options;
  options.mode = RocksOptions::Mode::kOpen;
  EXPECT_THAT(OpenRocksStore(folder_ / "none", options), StatusIs(Code::kNotFound));
  options.mode = RocksOptions::Mode::kReadOnly;
  EXPECT_THAT(OpenRocksStore(folder_ / "none", options), StatusIs(Code::kNotFound));
}

// "block checksum mismatch" has the word lock in it.
TEST_F(StoreTest, ADamagedDatabaseIsDataLossAndNotSomebodyElses) {
  ASSERT_THAT(store_->Commit(NextBatch(edge_, 3), Durability::kSynced), IsOk());
  store_.reset();
  store_ = OrDie(OpenRocksStore(folder_ / "db"));  // What was in the WAL is a table now.
  store_.reset();
  RocksOptions options;
  options.mode = RocksOptions::Mode::kReadOnly;
  int spoiled = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "db")) {
    const std::string name = file.path().filename().string();
    const bool table = file.path().extension() == ".sst";
    if (!table && name != "CURRENT" && name.rfind("MANIFEST", 0) != 0) continue;
    const std::string good = testing::ReadFile(file.path().string());
    std::string bad = good;
    bad[table ? 9 : good.size() - 3] ^= 1;
    testing::WriteFile(file.path().string(), bad);
    auto opened = OpenRocksStore(folder_ / "db", options);
    const absl::Status status =
        opened.ok() ? (*opened)->ScanAll([](const StoredItem&) { return true; }) : opened.status();
    EXPECT_THAT(status, StatusIs(Code::kDataLoss)) << name;
    testing::WriteFile(file.path().string(), good);
    ++spoiled;
  }
  EXPECT_GE(spoiled, 3);
}

TEST_F(StoreTest, ReadOnlyReadsAndWritesNothing) {
  ASSERT_THAT(store_->Commit(NextBatch(edge_, 3), Durability::kSynced), IsOk());
  store_.reset();
  RocksOptions options;
  options.mode = RocksOptions::Mode::kReadOnly;
  auto store = OrDie(OpenRocksStore(folder_ / "db", options));
  EXPECT_EQ(store->ReadHead().value(), edge_.head());
  EXPECT_THAT(store->Commit(NextBatch(edge_, 1), Durability::kSynced),
              StatusIs(Code::kFailedPrecondition));
}

TEST_F(StoreTest, GivesBackEverythingThatABatchBrought) {
  Batch batch = NextBatch(edge_, 300);
  batch.objects = {{"party/a", "one"}, {"party/b", "two"}};
  ASSERT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
  Reopen();
  EXPECT_EQ(store_->ReadHead().value(), batch.head);
  EXPECT_EQ(store_->ReadEntry(merkle::LeafIndex{299}).value(), "entry 299");
  EXPECT_THAT(store_->ReadEntry(merkle::LeafIndex{300}), StatusIs(Code::kNotFound));
  EXPECT_EQ(store_->FindLeaf(IdFor(17)).value(), merkle::LeafIndex{17});
  EXPECT_EQ(store_->FindLeaf(IdFor(300)).value(), std::nullopt);
  EXPECT_EQ(store_->Get("party/b").value(), "two");
  EXPECT_EQ(store_->Get("party/c").value(), std::nullopt);
  EXPECT_EQ(store_->ReadTileRow(0, 1)->size(), 44 * keys::kDigestSize);
  EXPECT_THAT(store_->ReadTileRow(2, 0), StatusIs(Code::kNotFound));
  EXPECT_THAT(Edge::Load(batch.head, *store_), IsOk());
}

TEST_F(StoreTest, ReadsEntriesInOrderAsFarAsAsked) {
  ASSERT_THAT(store_->Commit(NextBatch(edge_, 10), Durability::kSynced), IsOk());
  std::vector<std::string> seen;
  const auto visit = [&](merkle::LeafIndex, keys::ByteView entry) {
    seen.push_back(keys::ToBytes(entry));
    return true;
  };
  ASSERT_THAT(store_->ReadEntries(merkle::LeafIndex{7}, 2, visit), IsOk());
  EXPECT_THAT(seen, ElementsAre("entry 7", "entry 8"));
  seen.clear();
  ASSERT_THAT(store_->ReadEntries(merkle::LeafIndex{8}, 100, visit), IsOk());
  EXPECT_THAT(seen, ElementsAre("entry 8", "entry 9"));
}

TEST_F(StoreTest, ListsAHandoverFromALeafOnBelowASize) {
  ASSERT_THAT(store_->Commit(NextBatch(edge_, 10), Durability::kSynced), IsOk());
  using L = merkle::LeafIndex;
  EXPECT_THAT(store_->ListHandover(kEvens, L{0}, merkle::TreeSize{5}, 100).value(),
              ElementsAre(L{0}, L{2}, L{4}));
  EXPECT_THAT(store_->ListHandover(kEvens, L{3}, merkle::TreeSize{100}, 2).value(),
              ElementsAre(L{4}, L{6}));
  EXPECT_THAT(store_->ListHandover(IdFor(1), L{0}, merkle::TreeSize{100}, 9).value(),
              ElementsAre());
}

TEST_F(StoreTest, ASnapshotStaysWhereItWas) {
  Batch first = NextBatch(edge_, 5);
  first.objects = {{"log", "old"}};
  ASSERT_THAT(store_->Commit(first, Durability::kSynced), IsOk());
  const auto snapshot = store_->TakeSnapshot();
  Batch second = NextBatch(edge_, 5);
  second.objects = {{"log", "new"}, {"party/x", "there"}};
  ASSERT_THAT(store_->Commit(second, Durability::kSynced), IsOk());
  EXPECT_EQ(snapshot->ReadHead().value(), first.head);
  EXPECT_EQ(snapshot->Get("log").value(), "old");
  EXPECT_EQ(snapshot->ReadTileRow(0, 0)->size(), 5 * keys::kDigestSize);
  EXPECT_THAT(snapshot->ReadEntry(merkle::LeafIndex{5}), StatusIs(Code::kNotFound));
  EXPECT_EQ(store_->ReadHead().value(), second.head);
}

TEST_F(StoreTest, ScansObjectsByPrefixInOrderAndDeletesThem) {
  Batch batch = NextBatch(edge_, 1);
  batch.objects = {{"key/2", "b"}, {"key/1", "a"}, {"kez", "c"}, {"chain/1", "d"}};
  ASSERT_THAT(store_->Commit(batch, Durability::kSynced), IsOk());
  Batch deleting = NextBatch(edge_, 1);
  deleting.objects = {{"chain/1", std::nullopt}};
  ASSERT_THAT(store_->Commit(deleting, Durability::kSynced), IsOk());
  std::vector<std::string> keys_seen;
  const auto visit = [&](absl::string_view key, keys::ByteView) {
    keys_seen.emplace_back(key);
    return true;
  };
  ASSERT_THAT(store_->Scan("key/", visit), IsOk());
  EXPECT_THAT(keys_seen, ElementsAre("key/1", "key/2"));
  keys_seen.clear();
  ASSERT_THAT(store_->Scan("", visit), IsOk());
  EXPECT_THAT(keys_seen, ElementsAre("key/1", "key/2", "kez"));
}

TEST_F(StoreTest, RefusesABatchThatDoesNotGoOnFromItsSize) {
  ASSERT_THAT(store_->Commit(NextBatch(edge_, 5), Durability::kSynced), IsOk());
  Edge fresh;
  EXPECT_THAT(store_->Commit(NextBatch(fresh, 5), Durability::kSynced),
              StatusIs(Code::kFailedPrecondition, HasSubstr("the store has 5 leaves")));
}

TEST_F(StoreTest, RefusesABatchWhoseCountsDoNotAddUp) {
  Batch batch = NextBatch(edge_, 5);
  batch.entries.pop_back();
  EXPECT_THAT(store_->Commit(batch, Durability::kSynced), StatusIs(Code::kFailedPrecondition));
  Edge fresh;
  Batch without_tile = NextBatch(fresh, 300);
  without_tile.tiles.pop_back();
  EXPECT_THAT(store_->Commit(without_tile, Durability::kSynced),
              StatusIs(Code::kFailedPrecondition, HasSubstr("tiles")));
}

TEST_F(StoreTest, NeverChangesAHashThatIsStored) {
  ASSERT_THAT(store_->Commit(NextBatch(edge_, 5), Durability::kSynced), IsOk());
  for (std::size_t byte = 0; byte < 5 * keys::kDigestSize; byte += 31) {
    Edge edge = edge_;
    Batch batch = NextBatch(edge, 1);
    batch.tiles[0].row[byte] ^= 1;
    EXPECT_THAT(store_->Commit(batch, Durability::kSynced),
                StatusIs(Code::kFailedPrecondition, HasSubstr("tile 0/0 would get other hashes")));
  }
  EXPECT_EQ(store_->ReadHead().value(), edge_.head());
}

TEST_F(StoreTest, KeepsTheNewestNoteAndTheOneBefore) {
  ASSERT_THAT(store_->Commit(NextBatch(edge_, 9), Durability::kSynced), IsOk());
  const NoteRecord four{merkle::TreeSize{4}, "four"};
  const NoteRecord nine{merkle::TreeSize{9}, "nine"};
  ASSERT_THAT(store_->PutNote(four, Durability::kSynced), IsOk());
  ASSERT_THAT(store_->PutNote(nine, Durability::kSynced), IsOk());
  ASSERT_THAT(store_->PutNote(nine, Durability::kSynced), IsOk());  // Again: the one before stays.
  Reopen();
  EXPECT_EQ(store_->ReadNotes()->newest, nine);
  EXPECT_EQ(store_->ReadNotes()->previous, four);
  EXPECT_THAT(store_->PutNote(four, Durability::kSynced), StatusIs(Code::kFailedPrecondition));
  EXPECT_THAT(store_->PutNote({merkle::TreeSize{9}, "another"}, Durability::kSynced),
              StatusIs(Code::kFailedPrecondition));
  EXPECT_THAT(store_->PutNote({merkle::TreeSize{10}, "ten"}, Durability::kSynced),
              StatusIs(Code::kFailedPrecondition));
}

TEST_F(StoreTest, ThePublishedNoteNeverGoesBackNorAhead) {
  ASSERT_THAT(store_->Commit(NextBatch(edge_, 9), Durability::kSynced), IsOk());
  EXPECT_THAT(store_->PutPublishedNote({merkle::TreeSize{4}, "four"}),
              StatusIs(Code::kFailedPrecondition));
  ASSERT_THAT(store_->PutNote({merkle::TreeSize{9}, "nine"}, Durability::kSynced), IsOk());
  ASSERT_THAT(store_->PutPublishedNote({merkle::TreeSize{9}, "nine"}), IsOk());
  ASSERT_THAT(store_->PutPublishedNote({merkle::TreeSize{9}, "nine, cosigned"}), IsOk());
  EXPECT_THAT(store_->PutPublishedNote({merkle::TreeSize{8}, "eight"}),
              StatusIs(Code::kFailedPrecondition, HasSubstr("never goes back")));
  Reopen();
  EXPECT_EQ(store_->ReadNotes()->published->note, "nine, cosigned");
}

TEST_F(StoreTest, KeepsTheContentIndexApart) {
  ASSERT_THAT(store_->CommitContent({{"up/1", "x"}, {"up/2", "y"}}, Durability::kSynced), IsOk());
  ASSERT_THAT(store_->CommitContent({{"up/1", std::nullopt}}, Durability::kUnsynced), IsOk());
  EXPECT_EQ(store_->GetContent("up/1").value(), std::nullopt);
  EXPECT_EQ(store_->GetContent("up/2").value(), "y");
  EXPECT_EQ(store_->Get("up/2").value(), std::nullopt);
  int seen = 0;
  ASSERT_THAT(store_->ScanContent("up/",
                                  [&](absl::string_view key, keys::ByteView) {
                                    EXPECT_EQ(key, "up/2");
                                    return ++seen > 0;
                                  }),
              IsOk());
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace cairn::log
