// The names of the objects that the fold keeps. Text, so that a differing object can be named to a
// person; ids and digests in lowercase hex; numbers as sixteen hex digits, so that their order is
// that of the text. Which message stands under which key: README.md here. Pure.
#ifndef CAIRN_AUDIT_LEDGER_KEYS_H_
#define CAIRN_AUDIT_LEDGER_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "keys/bytes.h"

namespace cairn::ledger {

inline constexpr absl::string_view kLogKey = "log";
inline constexpr absl::string_view kPolicyKey = "policy";
inline constexpr absl::string_view kClockKey = "clock";

// `handover` is the 32-byte id; empty for acts that concern the whole log ("pending/log/<id>").
std::string TimeKey(std::uint64_t ordinal);
std::string EvidenceKey(std::uint64_t leaf);
std::string RelodgedKey(std::uint64_t old_leaf);
std::string PartyKey(absl::string_view party);
std::string KeyKey(keys::ByteView fingerprint);
std::string ChainKey(keys::ByteView fingerprint);
std::string PendingKey(keys::ByteView handover, keys::ByteView id);
std::string CharterKey(keys::ByteView handover);
std::string HandoverKey(keys::ByteView handover);
std::string DeclarationKey(keys::ByteView handover, absl::string_view party);
std::string HoldingKey(keys::ByteView handover, absl::string_view area, absl::string_view source,
                       absl::string_view party);
std::string PackageKey(keys::ByteView handover, keys::ByteView digest);
std::string ProgressKey(keys::ByteView handover, keys::ByteView digest);
std::string AssessmentKey(keys::ByteView handover, keys::ByteView id);
std::string ComparisonKey(keys::ByteView handover, keys::ByteView inputs);
std::string RequestKey(keys::ByteView handover, keys::ByteView id);
std::string ClaimKey(keys::ByteView handover, std::uint64_t leaf);
std::string WordKey(keys::ByteView handover, keys::ByteView id);
std::string SaidKey(keys::ByteView handover, keys::ByteView id);
std::string FindingKey(keys::ByteView handover, keys::ByteView id);
std::string LocationKey(keys::ByteView handover, keys::ByteView id);
std::string ProposalKey(keys::ByteView handover, keys::ByteView id);
std::string IncidentKey(keys::ByteView handover, keys::ByteView id);
std::string SameKey(keys::ByteView handover, keys::ByteView digest);

// What all keys of one kind in one handover begin with: "request/<handover>/".
std::string HandoverPrefix(absl::string_view kind, keys::ByteView handover);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_KEYS_H_
