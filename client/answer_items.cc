#include "client/answer_items.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/calendar.h"
#include "client/commands/choices.h"
#include "client/console.h"

namespace cairn::client {
namespace {

absl::Status ParseWithholding(const std::string& ground, const std::string& end,
                              v1::Withholding& withholding) {
  const absl::StatusOr<int> why = ParseChoice(absl::StrReplaceAll(ground, {{" ", "-"}}),
                                              *v1::WithholdingGround_descriptor(), "the ground");
  if (!why.ok()) return why.status();
  withholding.set_ground(static_cast<v1::WithholdingGround>(*why));
  if (const std::optional<std::int32_t> day = completeness::ParseDay(end)) {
    withholding.set_end(v1::WITHHOLDING_END_DATE);
    withholding.set_end_day(*day);
    return absl::OkStatus();
  }
  const absl::StatusOr<int> when =
      ParseChoice(end, *v1::WithholdingEnd_descriptor(), "the end of withholding (or a date)");
  if (!when.ok()) return when.status();
  if (*when == v1::WITHHOLDING_END_DATE) {
    return UsageError("the end of withholding: write the date itself, such as 2031-12-31");
  }
  withholding.set_end(static_cast<v1::WithholdingEnd>(*when));
  return absl::OkStatus();
}

absl::Status ItemError(const std::string& text, absl::string_view why) {
  return UsageError(absl::StrCat("--item ", text, ": ", why));
}

absl::Status CheckArea(const v1::Request& request, const v1::AnswerItem& item,
                       const std::vector<v1::AnswerItem>& before, const std::string& text) {
  const auto& asked = request.areas();
  if (std::find(asked.begin(), asked.end(), item.area()) == asked.end()) {
    return ItemError(text,
                     absl::StrCat("the request asks for records of ", absl::StrJoin(asked, ", "),
                                  "; write OUTCOME:1:AREA for one of these"));
  }
  const bool twice = std::any_of(before.begin(), before.end(), [&](const v1::AnswerItem& one) {
    return one.area() == item.area();
  });
  if (twice) return ItemError(text, "the same area is answered by an item before; answer it once");
  return absl::OkStatus();
}

// What is answered goes off `open`.
absl::Status CheckCount(const v1::Request& request, const v1::AnswerItem& item,
                        const std::string& text, std::uint64_t& open) {
  if (request.kind() != v1::REQUEST_KIND_GAPS) {
    if (item.items() <= 1) return absl::OkStatus();
    return ItemError(text, absl::StrCat("one item answers one thing here, not ", item.items(),
                                        "; write 1, and one --item for each area asked for"));
  }
  if (item.items() == 0 || item.items() > open) {
    return ItemError(text,
                     absl::StrCat("of the ", request.items(), " entries of the request ", open,
                                  " are left to answer; write how many of these the item covers"));
  }
  open -= item.items();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::AnswerItem> ParseAnswerItem(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  std::uint64_t items = 0;
  if (parts.size() < 2 || parts.size() > 5 || !absl::SimpleAtoi(parts[1], &items)) {
    return UsageError(
        absl::StrCat("--item is OUTCOME:ITEMS[:AREA][:GROUND:END], such as do-not-have:1:aghdam or "
                     "withheld:2:fuzuli:security:2031-12-31; not '",
                     text, "'"));
  }
  const absl::StatusOr<int> outcome =
      ParseChoice(parts[0], *v1::AnswerOutcome_descriptor(), "--item");
  if (!outcome.ok()) return outcome.status();
  v1::AnswerItem item;
  item.set_outcome(static_cast<v1::AnswerOutcome>(*outcome));
  item.set_items(items);
  if (parts.size() % 2 == 1) item.set_area(parts[2]);
  if (parts.size() < 4) return item;
  const absl::Status parsed = ParseWithholding(parts[parts.size() - 2], parts[parts.size() - 1],
                                               *item.mutable_withholding());
  if (!parsed.ok()) return parsed;
  return item;
}

absl::StatusOr<std::vector<v1::AnswerItem>> FitAnswerItems(const v1::RequestState& request,
                                                           const std::vector<std::string>& texts) {
  const v1::Request& asked = request.object().request();
  std::uint64_t open = asked.items() - std::min(asked.items(), request.items_answered());
  std::vector<v1::AnswerItem> items;
  for (const std::string& text : texts) {
    absl::StatusOr<v1::AnswerItem> item = ParseAnswerItem(text);
    if (!item.ok()) return item.status();
    absl::Status fits = CheckCount(asked, *item, text, open);
    if (fits.ok() && asked.kind() == v1::REQUEST_KIND_RECORDS) {
      fits = CheckArea(asked, *item, items, text);
    }
    if (!fits.ok()) return fits;
    items.push_back(*std::move(item));
  }
  return items;
}

}  // namespace cairn::client
