#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/coverage.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/read.h"

namespace cairn::ledger {
namespace {

std::vector<absl::string_view> AreasOf(const v1::Charter& charter) {
  std::vector<absl::string_view> areas;
  for (const v1::CharterArea& area : charter.areas()) areas.push_back(area.area());
  return areas;
}

// RECORDS asks for areas, GAPS for the entries of a list, the others for nothing that is counted.
Verdict CheckAsked(Step& step, const v1::Request& body) {
  const bool records = body.kind() == v1::REQUEST_KIND_RECORDS;
  const bool gaps = body.kind() == v1::REQUEST_KIND_GAPS;
  if (records == body.areas().empty()) {
    return FieldObjection("request.areas", {"it does not go with the kind of the request",
                                            "Name areas exactly when you ask for RECORDS."});
  }
  if (MaybeComplaint complaint = CheckSubsetInOrder(body.areas(), AreasOf(step.charter()))) {
    return FieldObjection("request.areas", *complaint);
  }
  if (gaps != (body.items() > 0) || body.items() > kMaxCount) {
    return FieldObjection("request.items", {"it does not go with the kind of the request",
                                            "Count the entries of the list exactly for GAPS."});
  }
  if (gaps && !body.has_list()) {
    return FieldObjection("request.list", {"it is missing", "Name the list of gaps as an annex."});
  }
  if (body.has_list()) {
    if (MaybeComplaint complaint = CheckAnnex(body.list())) {
      return FieldObjection("request.list", *complaint);
    }
  }
  if (MaybeComplaint complaint = CheckDigestOrEmpty(body.about())) {
    return FieldObjection("request.about", *complaint);
  }
  return std::nullopt;
}

Verdict CheckItem(const v1::AnswerItem& item, const std::string& path) {
  if (MaybeComplaint complaint = CheckChosen(item.outcome())) {
    return FieldObjection(absl::StrCat(path, ".outcome"), *complaint);
  }
  const bool withheld = item.outcome() == v1::ANSWER_OUTCOME_WITHHELD;
  if (withheld != item.has_withholding()) {
    return FieldObjection(
        absl::StrCat(path, ".withholding"),
        {"it does not go with the outcome", "Name ground and end exactly for what is withheld."});
  }
  if (withheld) {
    if (MaybeComplaint complaint = CheckWithholding(item.withholding())) {
      return FieldObjection(absl::StrCat(path, ".withholding"), *complaint);
    }
  }
  return std::nullopt;
}

// An item covers one area (RECORDS), a number of entries (GAPS), or the whole (the others), and
// nothing is covered twice.
Verdict CheckCovers(const v1::Request& request, const v1::AnswerItem& item,
                    const RequestCoverage& covered, const std::string& path) {
  const bool records = request.kind() == v1::REQUEST_KIND_RECORDS;
  const bool gaps = request.kind() == v1::REQUEST_KIND_GAPS;
  if (records && (!covered.Asks(item.area()) || covered.HasArea(item.area()))) {
    return FieldObjection(absl::StrCat(path, ".area"),
                          {absl::StrCat("the request does not ask for ", Quoted(item.area()),
                                        ", or that was answered"),
                           "Answer each area that is asked for, once."});
  }
  if (!records && !item.area().empty() && !covered.KnowsArea(item.area())) {
    return FieldObjection(absl::StrCat(path, ".area"), {"the charter has no such area",
                                                        "Name an area of the charter, or none."});
  }
  if (gaps && (item.items() == 0 || item.items() > covered.Open())) {
    return FieldObjection(
        absl::StrCat(path, ".items"),
        {absl::StrCat("it is ", item.items(), "; without an answer are ", covered.Open()),
         "Say how many entries of the list the item covers."});
  }
  if (!gaps && item.items() > kMaxCount) {
    return FieldObjection(absl::StrCat(path, ".items"), {"it is too large", "Leave it out."});
  }
  return std::nullopt;
}

Verdict CheckItems(const v1::Answer& body, const v1::Request& request, RequestCoverage& covered) {
  if (MaybeComplaint complaint =
          CheckCount(static_cast<std::uint64_t>(body.items_size()), 1, kMaxAnswerItems)) {
    return FieldObjection("answer.items", *complaint);
  }
  for (int i = 0; i < body.items_size(); ++i) {
    const std::string path = absl::StrCat("answer.items[", i, "]");
    if (Verdict no = CheckItem(body.items(i), path)) return no;
    if (Verdict no = CheckCovers(request, body.items(i), covered, path)) return no;
    covered.Add(body.items(i));
  }
  if (!body.has_text()) return std::nullopt;
  if (MaybeComplaint complaint = CheckAnnex(body.text())) {
    return FieldObjection("answer.text", *complaint);
  }
  return std::nullopt;
}

}  // namespace

Verdict FoldRequest(Step& step) {
  const v1::Request& body = step.statement().request();
  if (!IsNamed(step.charter(), body.to()) || body.to() == step.actor()) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "request.to",
                  absl::StrCat(Quoted(body.to()), " is no other party of the charter."),
                  "Address the request to another party that the charter names.");
  }
  const std::uint64_t earliest = step.clock().time_ms() + step.charter().terms().answer_ms();
  if (body.due_ms() < earliest || body.due_ms() > earliest + kMaxTermMs) {
    return FieldObjection("request.due_ms",
                          {absl::StrCat("it is ", body.due_ms(),
                                        "; the charter gives at least "
                                        "until ",
                                        earliest),
                           "Give the addressee at least the charter's time, and at most ten "
                           "years."});
  }
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection("request.kind", *complaint);
  }
  if (Verdict no = CheckAsked(step, body)) return no;
  v1::RequestObject request;
  request.set_from(step.actor());
  request.set_leaf(step.leaf());
  *request.mutable_request() = body;
  step.Put(RequestKey(step.handover(), keys::AsBytes(step.id())), request);
  return std::nullopt;
}

Verdict FoldAnswer(Step& step) {
  const v1::Answer& body = step.statement().answer();
  if (MaybeComplaint complaint = CheckDigest(body.request())) {
    return FieldObjection("answer.request", *complaint);
  }
  const std::string key = RequestKey(step.handover(), keys::AsBytes(body.request()));
  std::optional<v1::RequestObject> request = step.Get<v1::RequestObject>(key);
  if (!request.has_value()) {
    return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE, "answer.request",
                  absl::StrCat("This handover has no request ", Short(body.request()), "."),
                  "Give the id of the Request statement.");
  }
  if (request->request().to() != step.actor()) {
    return Object(
        v1::REFUSAL_REASON_NOT_ENTITLED, "actor",
        absl::StrCat("The request is addressed to ", Quoted(request->request().to()), "."),
        "Leave the answer to the addressee.");
  }
  if (request->has_complete_at() || request->answers_size() >= kMaxAnswers) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "answer.request",
                  request->has_complete_at()
                      ? absl::StrCat("All of it was answered by leaf ", request->complete_at(), ".")
                      : absl::StrCat("It has ", kMaxAnswers, " answers."),
                  "Nothing is left to answer here; deliver what was found since by a package.");
  }
  RequestCoverage covered(step.charter(), *request);
  if (Verdict no = CheckItems(body, request->request(), covered)) return no;
  v1::GivenAnswer& answer = *request->add_answers();
  answer.set_statement(step.id());
  answer.set_leaf(step.leaf());
  *answer.mutable_items() = body.items();
  if (body.has_text()) *answer.mutable_text() = body.text();
  if (covered.Open() == 0) request->set_complete_at(step.leaf());
  step.Put(key, *request);
  return std::nullopt;
}

}  // namespace cairn::ledger
