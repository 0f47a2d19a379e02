// The message files that come with the program: the same bytes as under messages/.
#ifndef CAIRN_AUDIT_PAGE_SHIPPED_MESSAGES_H_
#define CAIRN_AUDIT_PAGE_SHIPPED_MESSAGES_H_

#include <span>

#include "absl/strings/string_view.h"

namespace cairn::page {

struct ShippedMessages {
  absl::string_view language;  // "en"
  absl::string_view text;
};
// Ascending by language.
std::span<const ShippedMessages> AllShippedMessages();

}  // namespace cairn::page

#endif  // CAIRN_AUDIT_PAGE_SHIPPED_MESSAGES_H_
