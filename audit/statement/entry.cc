#include "audit/statement/entry.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/statement/canonical.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::statement {

keys::Bytes EncodeEntry(std::uint64_t logged_at_ms, keys::ByteView signed_statement) {
  v1::LogEntry entry;
  entry.set_logged_at_ms(logged_at_ms);
  entry.set_signed_statement(signed_statement.data(), signed_statement.size());
  return SerializeTrusted(entry);
}

absl::StatusOr<Entry> ParseEntry(keys::ByteView entry) {
  v1::LogEntry parsed;
  absl::Status status = ParseCanonical(entry, parsed, {.max_bytes = kMaxEntryBytes});
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("entry: ", status.message()));
  }
  if (parsed.signed_statement().empty()) {
    return absl::InvalidArgumentError("entry: it holds no statement");
  }
  return Entry{.logged_at_ms = parsed.logged_at_ms(),
               .signed_statement = std::move(*parsed.mutable_signed_statement())};
}

}  // namespace cairn::statement
