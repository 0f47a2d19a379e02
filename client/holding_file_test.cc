#include "client/holding_file.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "client/testing.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::client::testing::TempFolder;
using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kHoldingHeader[] = "area,source,documents,at,ap,withheld,ground,end,unknown\n";

class HoldingFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::vector<v1::HoldingRow>> Read(const std::string& rows) {
    return ReadHoldingFile(folder_.Write("holding.csv", absl::StrCat(kHoldingHeader, rows)));
  }
  void ExpectComplaint(const std::string& rows, const char* line, const char* what) {
    EXPECT_THAT(Read(rows), StatusIs(absl::StatusCode::kInvalidArgument,
                                     AllOf(HasSubstr(line), HasSubstr(what))));
  }
  TempFolder folder_;
};

TEST_F(HoldingFileTest, ReadsRowsAndSeveralGrounds) {
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       Read("north,archive-1,210,[not stated],5,15,security,2031-12-31,0\n"
                            "north,archive-1,[same],[not stated],[not stated],5,third "
                            "party,agreement,0\n"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].documents(), 210u);
  ASSERT_EQ(rows[0].mines_size(), 1);
  EXPECT_EQ(rows[0].mines(0).category(), v1::MINE_CATEGORY_ANTI_PERSONNEL);
  ASSERT_EQ(rows[0].withheld_size(), 2);
  EXPECT_EQ(rows[0].withheld(0).withholding().end_day(), 22644);
  EXPECT_EQ(rows[0].withheld(1).withholding().ground(), v1::WITHHOLDING_GROUND_THIRD_PARTY);
}

TEST_F(HoldingFileTest, ANumberThatIsNoneNamesLineAndColumn) {
  ExpectComplaint(
      "north,archive-1,1,[not stated],[not stated],0,[none],[none],0\n"
      "south,archive-1,many,[not stated],[not stated],0,[none],[none],0\n",
      "holding.csv:3", "column 'documents'");
}
TEST_F(HoldingFileTest, WithholdingNeedsAGround) {
  ExpectComplaint("north,archive-1,1,[not stated],[not stated],1,because,agreement,0\n",
                  "holding.csv:2", "column 'ground'");
}
TEST_F(HoldingFileTest, WithholdingNeedsAnEnd) {
  ExpectComplaint("north,archive-1,1,[not stated],[not stated],1,security,never,0\n",
                  "holding.csv:2", "column 'end'");
}
TEST_F(HoldingFileTest, SameNeedsARowAbove) {
  ExpectComplaint("north,archive-1,[same],[not stated],[not stated],1,security,agreement,0\n",
                  "holding.csv:2", "just above");
}
TEST_F(HoldingFileTest, NoRowsAreNoHolding) { ExpectComplaint("", "holding.csv", "no rows"); }

TEST_F(HoldingFileTest, AnotherHeaderIsRefused) {
  EXPECT_THAT(ReadHoldingFile(folder_.Write("holding.csv", "area,source\nnorth,archive-1\n")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("the header must be")));
}

}  // namespace
}  // namespace cairn::client
