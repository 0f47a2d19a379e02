#include "client/may_submit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cairn/v1/state.pb.h"
#include "client/commands/choices.h"

namespace cairn::client {
namespace {

bool IsIn(const v1::Charter& charter, const std::string& party, v1::CharterRole role) {
  for (const v1::CharterParty& one : charter.parties()) {
    if (one.party() != party) continue;
    return std::find(one.roles().begin(), one.roles().end(), role) != one.roles().end();
  }
  return false;
}

}  // namespace

absl::Status CheckMaySubmit(const v1::HandoverState& handover, const std::string& party,
                            v1::PackageKind kind) {
  const v1::Charter& charter = handover.charter().charter();
  const bool outside = kind == v1::PACKAGE_KIND_RECEIVED_OUTSIDE;
  const bool entitled = outside ? IsIn(charter, party, v1::CHARTER_ROLE_RECEIVING) ||
                                      IsIn(charter, party, v1::CHARTER_ROLE_MEDIATOR)
                                : IsIn(charter, party, v1::CHARTER_ROLE_HOLDING);
  if (!entitled) {
    return absl::FailedPreconditionError(absl::StrCat(
        party, " is no ", outside ? "receiving party or mediator" : "holding party",
        " in the charter of ", charter.name(), ", and only such a party submits a package of kind ",
        ChoiceName(kind, *v1::PackageKind_descriptor()),
        "; nothing was signed and nothing sent. What a holding party has signed, anybody may "
        "carry: cairn package carry"));
  }
  if (handover.phase() == v1::HANDOVER_PHASE_CLOSED && kind != v1::PACKAGE_KIND_SUPPLEMENT) {
    return absl::FailedPreconditionError(
        absl::StrCat("the handover ", charter.name(),
                     " is closed and takes only supplements; nothing was signed and nothing sent"));
  }
  return absl::OkStatus();
}

}  // namespace cairn::client
