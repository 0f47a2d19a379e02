#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/testing.h"

#include <string>
#include <vector>

namespace cairn::completeness::testing {
namespace {

using ::testing::ElementsAre;

// So many different records with the same two descriptions, and so many with others.
std::size_t SaidOfP06(int same, int others) {
  std::vector<v1::MinefieldRecord> records;
  for (int i = 0; i < same + others; ++i) {
    v1::MinefieldRecord record = CompleteRecord();
    SetText(*record.mutable_identity()->mutable_record_number(),
            "12-1993-" + std::to_string(i + 1));
    SetCount(*record.mutable_where()->mutable_area_m2(), i + 1);
    if (i >= same) {
      for (v1::ReferencePoint& point : *record.mutable_where()->mutable_reference_points()) {
        SetText(*point.mutable_description(), point.id() + " of field " + std::to_string(i));
      }
    }
    records.push_back(record);
  }
  return SayTogether("P-06", records).size();
}

TEST(CheckP06, PassesBelowTenRecords) { EXPECT_EQ(SaidOfP06(9, 0), 0u); }

TEST(CheckP06, FailsOnEachDescriptionFromTen) { EXPECT_EQ(SaidOfP06(10, 0), 20u); }

TEST(CheckP06, PassesUpToATwentiethOfAll) {
  EXPECT_EQ(SaidOfP06(10, 190), 0u);
  EXPECT_EQ(SaidOfP06(10, 189), 20u);
}

TEST(CheckP06, DoublesOfOneRecordAreOne) {
  EXPECT_EQ(SayTogether("P-06", std::vector<v1::MinefieldRecord>(12, CompleteRecord())).size(), 0u);
}

}  // namespace
}  // namespace cairn::completeness::testing
