#include "audit/completeness/delivered_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/completeness/record_view.h"
#include "audit/completeness/testing.h"
#include "tests/testing/status.h"

namespace cairn::completeness::testing {
namespace {

class DeliveredFieldsTest : public ::testing::Test {
 protected:
  DeliveredFields FieldsOf(const v1::MinefieldRecord& record) {
    const RecordView view(record, ApiiRules(), RecordContext());
    if (view.HasPerimeter()) centre_ = view.Centre();
    PackageInMemory package;
    package.Add(record, keys::Sha256(keys::AsBytes("record")));
    const AssessedInput input{keys::Sha256(keys::AsBytes("package")), &package};
    return *DeliveredFields::Read(ApiiRules(), std::span(&input, std::size_t{1}));
  }
  // Metres to the north of the field's middle; a minute of latitude is 1,850 m here.
  Geographic North(std::int64_t metres) const {
    return {centre_.latitude_e7 + metres * 10'000'000 / 111'000, centre_.longitude_e7};
  }
  Geographic centre_;
};

TEST_F(DeliveredFieldsTest, APointIsInsideNearOrOutside) {
  const DeliveredFields fields = FieldsOf(CompleteRecord());
  EXPECT_EQ(fields.size(), 1u);
  EXPECT_EQ(fields.PlaceOf(centre_, 0).position, v1::INCIDENT_POSITION_INSIDE);
  EXPECT_EQ(fields.PlaceOf(North(400), 0).position, v1::INCIDENT_POSITION_NEAR);
  EXPECT_EQ(fields.PlaceOf(North(800), 0).position, v1::INCIDENT_POSITION_OUTSIDE);
  // What may be nearer than it seems is not outside.
  EXPECT_EQ(fields.PlaceOf(North(800), 40'000).position, v1::INCIDENT_POSITION_NEAR);
  EXPECT_EQ(fields.PlaceOf(North(100'000), 0).position, v1::INCIDENT_POSITION_OUTSIDE);
}

TEST_F(DeliveredFieldsTest, SaysWhetherTheFieldHasAntiTankMinesOnly) {
  v1::MinefieldRecord record = CompleteRecord();
  DeliveredFields fields = FieldsOf(record);
  EXPECT_TRUE(fields.PlaceOf(centre_, 0).only_anti_tank);
  EXPECT_FALSE(fields.PlaceOf(North(400), 0).only_anti_tank);
  SetCode(*record.mutable_what()->mutable_ordnance(0)->mutable_category(), "ap");
  fields = FieldsOf(record);
  EXPECT_FALSE(fields.PlaceOf(centre_, 0).only_anti_tank);
}

TEST_F(DeliveredFieldsTest, WithoutAPerimeterThereIsNoInside) {
  v1::MinefieldRecord record = CompleteRecord();
  FieldsOf(record);
  Blank(record, "where.perimeter[2].position");
  const DeliveredFields fields = FieldsOf(record);
  EXPECT_EQ(fields.size(), 0u);
  EXPECT_EQ(fields.without_perimeter(), 1u);
  EXPECT_EQ(fields.PlaceOf(centre_, 0).position, v1::INCIDENT_POSITION_OUTSIDE);
}

}  // namespace
}  // namespace cairn::completeness::testing
