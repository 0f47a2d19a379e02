#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/matter.h"
#include "audit/ledger/said.h"
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

// Of what something was said, and the findings that only a reply contests. By leaf.
absl::Status ReadDisputed(const ScanView& view, HandoverMatter& matter) {
  std::vector<SaidMatter> said;
  absl::Status status =
      ReadByLeaf<v1::SaidObject>(view, "said", keys::AsBytes(matter.id), said,
                                 [](const SaidMatter& one) { return one.said.leaf(); });
  if (!status.ok()) return status;
  std::map<std::uint64_t, keys::Bytes> order;
  for (SaidMatter& one : said) {
    order[one.said.leaf()] = one.id;
    keys::Bytes key = one.id;
    matter.said.emplace(std::move(key), std::move(one));
  }
  for (const FindingMatter& found : matter.findings) {
    if (matter.said.count(found.id) > 0 || !IsContestedByReply(found.finding)) continue;
    SaidMatter one{.id = found.id, .said = {}};
    one.said.set_author(found.finding.author());
    one.said.set_leaf(found.finding.leaf());
    one.said.set_body(static_cast<std::uint32_t>(v1::Statement::kFinding));
    order[one.said.leaf()] = found.id;
    matter.said.emplace(found.id, std::move(one));
  }
  for (auto& [leaf, key] : order) matter.said_order.push_back(std::move(key));
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadGround(const ScanView& view, HandoverMatter& matter) {
  const keys::ByteView id = keys::AsBytes(matter.id);
  absl::Status status =
      ReadByLeaf<v1::FindingObject>(view, "finding", id, matter.findings,
                                    [](const FindingMatter& one) { return one.finding.leaf(); });
  if (status.ok()) status = ReadDisputed(view, matter);
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
