// Entries: what a leaf of the log holds. The canonical bytes of
//
//   message LogEntry { uint64 logged_at_ms = 1; bytes signed_statement = 2; }
//
// The leaf hash is SHA-256(0x00 || these bytes). Pure, thread-safe.
#ifndef CAIRN_AUDIT_STATEMENT_ENTRY_H_
#define CAIRN_AUDIT_STATEMENT_ENTRY_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "audit/statement/statement.h"
#include "keys/bytes.h"

namespace cairn::statement {

inline constexpr std::size_t kMaxEntryBytes = kMaxSignedStatementBytes + 16;

struct Entry {
  std::uint64_t logged_at_ms = 0;  // The operator's word; decides nothing.
  keys::Bytes signed_statement;    // Verbatim.
};

// The entry's bytes. REQUIRES: signed_statement is not empty and not above its limit.
keys::Bytes EncodeEntry(std::uint64_t logged_at_ms, keys::ByteView signed_statement);

// The inverse; does not look into the statement. kInvalidArgument: too large, not canonical,
// without a statement.
absl::StatusOr<Entry> ParseEntry(keys::ByteView entry);

}  // namespace cairn::statement

#endif  // CAIRN_AUDIT_STATEMENT_ENTRY_H_
