#include "audit/ledger/keys.h"

#include "absl/strings/str_cat.h"
#include "keys/encoding.h"

namespace cairn::ledger {
namespace {

std::string UnderHandover(absl::string_view kind, keys::ByteView handover, absl::string_view rest) {
  return absl::StrCat(kind, "/", keys::Hex(handover), "/", rest);
}

}  // namespace

std::string TimeKey(std::uint64_t ordinal) {
  return absl::StrCat("time/", absl::Hex(ordinal, absl::kZeroPad16));
}

std::string EvidenceKey(std::uint64_t leaf) {
  return absl::StrCat("evidence/", absl::Hex(leaf, absl::kZeroPad16));
}

std::string RelodgedKey(std::uint64_t old_leaf) {
  return absl::StrCat("relodged/", absl::Hex(old_leaf, absl::kZeroPad16));
}

std::string PartyKey(absl::string_view party) { return absl::StrCat("party/", party); }

std::string KeyKey(keys::ByteView fingerprint) {
  return absl::StrCat("key/", keys::Hex(fingerprint));
}

std::string ChainKey(keys::ByteView fingerprint) {
  return absl::StrCat("chain/", keys::Hex(fingerprint));
}

std::string PendingKey(keys::ByteView handover, keys::ByteView id) {
  return absl::StrCat("pending/", handover.empty() ? "log" : keys::Hex(handover), "/",
                      keys::Hex(id));
}

std::string CharterKey(keys::ByteView handover) {
  return absl::StrCat("charter/", keys::Hex(handover));
}

std::string HandoverKey(keys::ByteView handover) {
  return absl::StrCat("handover/", keys::Hex(handover));
}

std::string DeclarationKey(keys::ByteView handover, absl::string_view party) {
  return UnderHandover("declaration", handover, party);
}

std::string HoldingKey(keys::ByteView handover, absl::string_view area, absl::string_view source,
                       absl::string_view party) {
  return UnderHandover("holding", handover, absl::StrCat(area, "/", source, "/", party));
}

std::string PackageKey(keys::ByteView handover, keys::ByteView digest) {
  return UnderHandover("package", handover, keys::Hex(digest));
}

std::string ProgressKey(keys::ByteView handover, keys::ByteView digest) {
  return UnderHandover("progress", handover, keys::Hex(digest));
}

std::string AssessmentKey(keys::ByteView handover, keys::ByteView id) {
  return UnderHandover("assessment", handover, keys::Hex(id));
}

std::string ComparisonKey(keys::ByteView handover, keys::ByteView inputs) {
  return UnderHandover("comparison", handover, keys::Hex(inputs));
}

std::string RequestKey(keys::ByteView handover, keys::ByteView id) {
  return UnderHandover("request", handover, keys::Hex(id));
}

std::string ClaimKey(keys::ByteView handover, std::uint64_t leaf) {
  return UnderHandover("claim", handover, absl::StrCat(absl::Hex(leaf, absl::kZeroPad16)));
}

std::string WordKey(keys::ByteView handover, keys::ByteView id) {
  return UnderHandover("word", handover, keys::Hex(id));
}

std::string SaidKey(keys::ByteView handover, keys::ByteView id) {
  return UnderHandover("said", handover, keys::Hex(id));
}

std::string FindingKey(keys::ByteView handover, keys::ByteView id) {
  return UnderHandover("finding", handover, keys::Hex(id));
}

std::string LocationKey(keys::ByteView handover, keys::ByteView id) {
  return UnderHandover("location", handover, keys::Hex(id));
}

std::string ProposalKey(keys::ByteView handover, keys::ByteView id) {
  return UnderHandover("proposal", handover, keys::Hex(id));
}

std::string IncidentKey(keys::ByteView handover, keys::ByteView id) {
  return UnderHandover("incident", handover, keys::Hex(id));
}

std::string SameKey(keys::ByteView handover, keys::ByteView digest) {
  return UnderHandover("same", handover, keys::Hex(digest));
}

std::string HandoverPrefix(absl::string_view kind, keys::ByteView handover) {
  return UnderHandover(kind, handover, "");
}

}  // namespace cairn::ledger
