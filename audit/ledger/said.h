// What may happen to a statement after it was logged: contested, ruled on, superseded, withdrawn.
// Inside audit/ledger. Kept from fold version 2 on; before, nothing here writes anything.
#ifndef CAIRN_AUDIT_LEDGER_SAID_H_
#define CAIRN_AUDIT_LEDGER_SAID_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "audit/ledger/step.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::ledger {

// Keeps that the statement of `step` may be spoken about. `about`: the statement that a reply or a
// contest is about. REQUIRES: it belongs to a handover.
void PutSaid(Step& step, absl::string_view about = {});

// The object of the statement `id` in this handover; nothing if there is none.
std::optional<v1::SaidObject> GetSaid(Step& step, absl::string_view id);
// The same. An objection at `path` if the id is none, or
// nothing of the kind was said here.
Verdict FindSaid(Step& step, absl::string_view id, const std::string& path, v1::SaidObject& said);
// As FindSaid; an objection, too, if its author withdrew or superseded it.
Verdict FindStanding(Step& step, absl::string_view id, const std::string& path,
                     v1::SaidObject& said);
void PutBackSaid(Step& step, absl::string_view id, const v1::SaidObject& said);

// "finding": the name of the body's field.
std::string SaidName(const v1::SaidObject& said);
bool IsSaid(const v1::SaidObject& said, v1::Statement::BodyCase body);

// The contest of this party that stands; null if none.
const v1::GivenContest* StandingContest(const v1::SaidObject& said, absl::string_view party);
// A contest stands against it, or (findings) a reply contests it: `replied`.
bool IsContested(const v1::SaidObject& said, bool replied);
// The ruling that settles it: UPHELD or DISMISSED; null if there is none.
const v1::GivenRuling* SettlingRuling(const v1::SaidObject& said);

// Whether a reply that stands contests the finding, and nothing later of that party concedes it.
bool IsContestedByReply(const v1::FindingObject& finding);

// Refuses what the same party has said before, in these very bytes, unless it has taken it back.
// `body` is the canonical body that counts for being the same.
Verdict CheckNotSaidBefore(Step& step, absl::string_view body, const std::string& path);
// Keeps it. REQUIRES: it was checked.
void PutSame(Step& step, absl::string_view body);

}  // namespace cairn::ledger

#endif  // CAIRN_AUDIT_LEDGER_SAID_H_
