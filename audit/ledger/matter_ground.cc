#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/matter.h"
#include "audit/ledger/scan.h"
#include "keys/encoding.h"

namespace cairn::ledger {
namespace {

// All objects of one kind, by the leaf of their statements.
template <typename Object, typename Matter, typename LeafOf>
absl::Status ReadByLeaf(const ScanView& view, absl::string_view kind, keys::ByteView handover,
                        std::vector<Matter>& out, LeafOf leaf_of) {
  absl::Status status = ScanObjects<Object>(
      view, HandoverPrefix(kind, handover), [&out](absl::string_view hex, const Object& object) {
        out.push_back({keys::ParseHex(hex).value_or(keys::Bytes()), object});
      });
  std::sort(out.begin(), out.end(),
            [&](const Matter& a, const Matter& b) { return leaf_of(a) < leaf_of(b); });
  return status;
}

template <typename Matter>
const Matter* FindById(const std::vector<Matter>& all, absl::string_view id) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Matter& matter) { return matter.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

absl::Status ReadGround(const ScanView& view, HandoverMatter& matter) {
  const keys::ByteView id = keys::AsBytes(matter.id);
  std::vector<SaidMatter> said;
  absl::Status status = ReadByLeaf<v1::SaidObject>(
      view, "said", id, said, [](const SaidMatter& one) { return one.said.leaf(); });
  if (!status.ok()) return status;
  for (SaidMatter& one : said) {
    for (ClaimMatter& claim : matter.claims) {
      if (claim.leaf == one.said.leaf()) claim.id = one.id;
    }
    keys::Bytes key = one.id;
    matter.said_order.push_back(key);
    matter.said.emplace(std::move(key), std::move(one));
  }
  status =
      ReadByLeaf<v1::FindingObject>(view, "finding", id, matter.findings,
                                    [](const FindingMatter& one) { return one.finding.leaf(); });
  if (!status.ok()) return status;
  status =
      ReadByLeaf<v1::LocationObject>(view, "location", id, matter.locations,
                                     [](const LocationMatter& one) { return one.location.leaf(); });
  if (!status.ok()) return status;
  status =
      ReadByLeaf<v1::ProposalObject>(view, "proposal", id, matter.proposals,
                                     [](const ProposalMatter& one) { return one.proposal.leaf(); });
  if (!status.ok()) return status;
  return ReadByLeaf<v1::IncidentObject>(
      view, "incident", id, matter.incidents,
      [](const IncidentMatter& one) { return one.incident.leaf(); });
}

const SaidMatter* HandoverMatter::FindSaid(absl::string_view statement_id) const {
  const auto found = said.find(keys::Bytes(statement_id));
  return found == said.end() ? nullptr : &found->second;
}

const FindingMatter* HandoverMatter::FindFinding(absl::string_view statement_id) const {
  return FindById(findings, statement_id);
}

}  // namespace cairn::ledger
