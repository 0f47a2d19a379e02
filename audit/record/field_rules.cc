#include "audit/record/field_rules.h"

#include <google/protobuf/descriptor.h>

#include "absl/container/flat_hash_map.h"
#include "cairn/v1/record.pb.h"

namespace cairn::record {
namespace {

using google::protobuf::FieldDescriptor;

const FieldDescriptor* RuleField(const google::protobuf::Descriptor* type, int number) {
  return type->FindFieldByNumber(number);
}

const absl::flat_hash_map<const FieldDescriptor*, NumberRule>& NumberRules() {
  using Map = v1::MapReference;
  using Where = v1::WhereGroup;
  static const auto* rules = new absl::flat_hash_map<const FieldDescriptor*, NumberRule>{
      {RuleField(Map::descriptor(), Map::kScaleFieldNumber), NumberRule::kScale},
      {RuleField(Map::descriptor(), Map::kEditionYearFieldNumber), NumberRule::kYear},
      {RuleField(Map::descriptor(), Map::kDeclinationYearFieldNumber), NumberRule::kYear},
      {RuleField(Map::descriptor(), Map::kDeclinationE6FieldNumber), NumberRule::kAngleEast},
      {RuleField(Map::descriptor(), Map::kConvergenceE6FieldNumber), NumberRule::kAngleEast},
      {RuleField(Map::descriptor(), Map::kCorrectionE6FieldNumber), NumberRule::kAngleEast},
      {RuleField(Where::descriptor(), Where::kFrontMmFieldNumber), NumberRule::kLengthM},
      {RuleField(Where::descriptor(), Where::kDepthMmFieldNumber), NumberRule::kLengthM},
      {RuleField(Where::descriptor(), Where::kAreaM2FieldNumber), NumberRule::kArea},
      {RuleField(v1::OrdnanceLine::descriptor(), v1::OrdnanceLine::kBurialMmFieldNumber),
       NumberRule::kLengthCm},
      {RuleField(v1::OrdnanceLine::descriptor(), v1::OrdnanceLine::kLifeDaysFieldNumber),
       NumberRule::kDays},
      {RuleField(v1::WhatGroup::descriptor(), v1::WhatGroup::kDensityPerKmFieldNumber),
       NumberRule::kDensity},
      {RuleField(v1::Row::descriptor(), v1::Row::kLengthMmFieldNumber), NumberRule::kLengthM},
      {RuleField(v1::Row::descriptor(), v1::Row::kSpacingMmFieldNumber), NumberRule::kLengthM},
      {RuleField(v1::LayoutGroup::descriptor(), v1::LayoutGroup::kRowGapMmFieldNumber),
       NumberRule::kLengthM},
      {RuleField(v1::Mine::descriptor(), v1::Mine::kDepthMmFieldNumber), NumberRule::kLengthCm},
      {RuleField(v1::Lane::descriptor(), v1::Lane::kWidthMmFieldNumber), NumberRule::kLengthM},
      {RuleField(v1::MarkingGroup::descriptor(), v1::MarkingGroup::kSignIntervalMmFieldNumber),
       NumberRule::kLengthM},
  };
  return *rules;
}

const absl::flat_hash_map<const FieldDescriptor*, absl::string_view>& CodeLists() {
  using Line = v1::OrdnanceLine;
  static const auto* lists = new absl::flat_hash_map<const FieldDescriptor*, absl::string_view>{
      {RuleField(v1::IdentityGroup::descriptor(), v1::IdentityGroup::kFormKindFieldNumber),
       "form_kind"},
      {RuleField(v1::MapReference::descriptor(), v1::MapReference::kDeclaredCrsFieldNumber), "crs"},
      {RuleField(v1::ReferencePoint::descriptor(), v1::ReferencePoint::kKindFieldNumber),
       "reference_point_kind"},
      {RuleField(v1::WhereGroup::descriptor(), v1::WhereGroup::kDimensionBasisFieldNumber),
       "dimension_basis"},
      {RuleField(v1::AntiHandling::descriptor(), v1::AntiHandling::kPresentFieldNumber), "yes_no"},
      {RuleField(Line::descriptor(), Line::kCategoryFieldNumber), "category"},
      {RuleField(Line::descriptor(), Line::kModelFieldNumber), "model"},
      {RuleField(Line::descriptor(), Line::kFuzeFieldNumber), "fuze"},
      {RuleField(Line::descriptor(), Line::kMethodFieldNumber), "method"},
      {RuleField(Line::descriptor(), Line::kLifeKindFieldNumber), "life_kind"},
      {RuleField(v1::RowMines::descriptor(), v1::RowMines::kModelFieldNumber), "model"},
      {RuleField(v1::Mine::descriptor(), v1::Mine::kModelFieldNumber), "model"},
      {RuleField(v1::Mine::descriptor(), v1::Mine::kFuzeFieldNumber), "fuze"},
      {RuleField(v1::Mine::descriptor(), v1::Mine::kAntiHandlingFieldNumber), "yes_no"},
      {RuleField(v1::LayoutGroup::descriptor(), v1::LayoutGroup::kKindFieldNumber), "layout_kind"},
      {RuleField(v1::LayingGroup::descriptor(), v1::LayingGroup::kPurposeFieldNumber), "purpose"},
      {RuleField(v1::Change::descriptor(), v1::Change::kWhatFieldNumber), "change"},
      {RuleField(v1::Change::descriptor(), v1::Change::kModelFieldNumber), "model"},
  };
  return *lists;
}

}  // namespace

NumberRule NumberRuleOf(const FieldDescriptor& field) {
  const auto at = NumberRules().find(&field);
  return at == NumberRules().end() ? NumberRule::kCount : at->second;
}

absl::string_view CodeListOf(const FieldDescriptor& field) {
  const auto at = CodeLists().find(&field);
  return at == CodeLists().end() ? absl::string_view() : at->second;
}

}  // namespace cairn::record
