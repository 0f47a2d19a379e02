// What a party answers to a request, item by item, and whether the items fit the request: the fold
// lets numbers stand that mean nothing, and what was signed stays.
#ifndef CAIRN_CLIENT_ANSWER_ITEMS_H_
#define CAIRN_CLIENT_ANSWER_ITEMS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::client {

// OUTCOME:ITEMS, then :AREA, then :GROUND:END of what is withheld; area and ground are optional.
// UsageError names the text and what it should be.
absl::StatusOr<v1::AnswerItem> ParseAnswerItem(const std::string& text);

// The items of `texts`, which together answer no more than `request` still has open: of a list, so
// many entries; of areas, each once and as one entry; of any other request, one. UsageError names
// the item and what is open.
absl::StatusOr<std::vector<v1::AnswerItem>> FitAnswerItems(const v1::RequestState& request,
                                                           const std::vector<std::string>& texts);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_ANSWER_ITEMS_H_
