#include "audit/log/anchor.h"

#include <filesystem>

#include "audit/log/testing.h"
#include "gmock/gmock.h"

namespace cairn::log {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::ReadFile;
using testing::StatusIs;
using testing::TempFolder;
using testing::WriteFile;

AnchorRecord RecordOf(std::uint64_t size) {
  AnchorRecord record;
  record.database.bytes.fill(7);
  record.head.size = merkle::TreeSize{size};
  record.head.root.digest = keys::Sha256(keys::AsBytes(std::to_string(size)));
  record.note = absl::StrCat("a note of ", size, "\n");
  return record;
}

TEST(AnchorSlot, ReadsBackWhatWasWritten) {
  const keys::Bytes slot = EncodeAnchorSlot(RecordOf(5)).value();
  ASSERT_EQ(slot.size(), kAnchorSlotBytes);
  EXPECT_EQ(ParseAnchorSlot(keys::AsBytes(slot)).value(), RecordOf(5));
}

TEST(AnchorSlot, RefusesANoteThatIsTooLong) {
  AnchorRecord record = RecordOf(5);
  record.note.assign(kMaxAnchorNoteBytes, 'x');
  EXPECT_THAT(EncodeAnchorSlot(record), IsOk());
  record.note.push_back('x');
  EXPECT_THAT(EncodeAnchorSlot(record), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(AnchorSlot, IsDamagedByAnyFlippedByte) {
  const keys::Bytes slot = EncodeAnchorSlot(RecordOf(5)).value();
  for (std::size_t i = 0; i < slot.size(); ++i) {
    for (const char flip : {'\x01', '\x80'}) {
      keys::Bytes flipped = slot;
      flipped[i] = static_cast<char>(flipped[i] ^ flip);
      ASSERT_THAT(ParseAnchorSlot(keys::AsBytes(flipped)), StatusIs(absl::StatusCode::kDataLoss))
          << "byte " << i;
    }
  }
}

TEST(Anchor, WritesItsSlotsInTurnAndKnowsTheNewest) {
  TempFolder folder;
  const std::string path = folder / "anchor";
  auto anchor = Anchor::Create(path, RecordOf(0));
  ASSERT_THAT(anchor, IsOk());
  EXPECT_EQ(ReadAnchor(path)->slots[0].value(), RecordOf(0));
  EXPECT_EQ(ReadAnchor(path)->slots[1].value(), RecordOf(0));
  for (std::uint64_t size = 1; size < 6; ++size) {
    ASSERT_THAT((*anchor)->Write(RecordOf(size)), IsOk());
    const AnchorContents contents = ReadAnchor(path).value();
    EXPECT_EQ(contents.Newest(), RecordOf(size));
    const bool in_first = contents.slots[0].value() == RecordOf(size);
    EXPECT_EQ(contents.slots[in_first ? 1 : 0].value(), RecordOf(size - 1));
  }
}

TEST(Anchor, CreateRefusesWhereOneIs) {
  TempFolder folder;
  ASSERT_THAT(Anchor::Create(folder / "anchor", RecordOf(0)), IsOk());
  EXPECT_THAT(Anchor::Create(folder / "anchor", RecordOf(0)),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(Anchor, OpenSaysThatThereIsNoneOrThatItIsNotAnAnchor) {
  TempFolder folder;
  EXPECT_THAT(Anchor::Open(folder / "anchor"), StatusIs(absl::StatusCode::kNotFound));
  WriteFile(folder / "anchor", "too short");
  EXPECT_THAT(Anchor::Open(folder / "anchor"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("has 9 bytes")));
}

TEST(Anchor, IsHeldByOneProcessAtATime) {
  TempFolder folder;
  auto anchor = Anchor::Create(folder / "anchor", RecordOf(0));
  ASSERT_THAT(anchor, IsOk());
  // flock belongs to the open file, so a second open in this process stands for another process.
  EXPECT_THAT(Anchor::Open(folder / "anchor"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another process")));
  anchor->reset();
  EXPECT_THAT(Anchor::Open(folder / "anchor"), IsOk());
}

TEST(Anchor, RefusesToWriteOverWhatSomebodyElseWrote) {
  TempFolder folder;
  const std::string path = folder / "anchor";
  auto anchor = Anchor::Create(path, RecordOf(1));
  ASSERT_THAT(anchor, IsOk());
  ASSERT_THAT((*anchor)->Write(RecordOf(2)), IsOk());
  std::string bytes = ReadFile(path);
  bytes.replace(kAnchorSlotBytes, kAnchorSlotBytes, EncodeAnchorSlot(RecordOf(3)).value());
  WriteFile(path, bytes);
  EXPECT_THAT((*anchor)->Write(RecordOf(3)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("somebody else")));
}

TEST(Anchor, RefusesToWriteIntoAFileThatLostItsName) {
  TempFolder folder;
  const std::string path = folder / "anchor";
  auto anchor = Anchor::Create(path, RecordOf(1));
  ASSERT_THAT(anchor, IsOk());
  std::filesystem::copy_file(path, folder / "copy");
  std::filesystem::rename(folder / "copy", path);
  EXPECT_THAT((*anchor)->Write(RecordOf(2)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("replaced")));
}

TEST(Anchor, RepairsTheDamagedSlotFromTheOther) {
  TempFolder folder;
  const std::string path = folder / "anchor";
  ASSERT_THAT((*Anchor::Create(path, RecordOf(1)))->Write(RecordOf(2)), IsOk());
  for (const std::size_t slot : {0u, 1u}) {
    std::string bytes = ReadFile(path);
    bytes[slot * kAnchorSlotBytes + 40] ^= 1;
    WriteFile(path, bytes);
    auto anchor = Anchor::Open(path);
    ASSERT_THAT(anchor, IsOk());
    ASSERT_TRUE((*anchor)->contents().AnyDamaged());
    ASSERT_THAT((*anchor)->Repair(), IsOk());
    EXPECT_FALSE(ReadAnchor(path)->AnyDamaged());
    EXPECT_EQ(ReadAnchor(path)->slots[0].value(), ReadAnchor(path)->slots[1].value());
    ASSERT_THAT((*anchor)->Write(RecordOf(3 + slot)), IsOk());
  }
}

TEST(Anchor, BelievesNeitherOfTwoSlotsOfOneSizeThatDiffer) {
  AnchorRecord other = RecordOf(4);
  other.head.root.digest = keys::Sha256(keys::AsBytes("another"));
  const AnchorContents contents{{RecordOf(4), other}};
  EXPECT_FALSE(contents.Newest().has_value());
}

}  // namespace
}  // namespace cairn::log
