// What the reading services share: one state to read from, ids from requests, page tokens.
#ifndef CAIRN_BROKER_READS_H_
#define CAIRN_BROKER_READS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/log/outcome.h"
#include "audit/log/store.h"
#include "broker/backend.h"
#include "broker/metrics.h"
#include "cairn/v1/statement.pb.h"
#include "keys/bytes.h"

namespace cairn::broker {

// The newest signed head, and a state of the store that holds at least its leaves: the batch after
// it may be in the store and not signed for yet.
struct Moment {
  std::shared_ptr<const log::SignedHead> head;  // Null only in a sealed log without a note.
  std::unique_ptr<const log::Reader> reader;

  merkle::TreeSize size() const { return head == nullptr ? merkle::TreeSize{} : head->head.size; }
};
Moment TakeMoment(const Backend& backend);

// The head that was signed last; null as in Moment. A head is here before whoever waits for one is
// woken, which is before the sequencer itself shows it.
std::shared_ptr<const log::SignedHead> NewestHead(const Backend& backend);

// kUnavailable (LOG_SEALED): a log that has no note to show.
absl::Status NoHeadStatus();

// kInvalidArgument, FIELD_INVALID, with the field.
absl::Status FieldStatus(absl::string_view field, const absl::Status& why);

void CountRefusal(Metrics& metrics, const v1::SignedRefusal& refusal);

// A page token says what is listed, in which tree, and where the next page begins. It is
// authenticated with a key that this process drew, so it is opaque, and good until it ends.
struct PageToken {
  std::string list;             // "statements/<handover in hex>"
  std::uint64_t tree_size = 0;  // What the listing is pinned to.
  std::string next;             // As the list likes.
};
std::string FormatPageToken(const PageToken& token);
// kInvalidArgument (PAGE_TOKEN_INVALID): not one that this process made for this list.
absl::StatusOr<PageToken> ParsePageToken(absl::string_view text, absl::string_view list);

// 0 means the default; more than the maximum, the maximum.
std::uint32_t PageSize(std::uint32_t asked);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_READS_H_
