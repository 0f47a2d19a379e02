// Claims as people and programs read them. Every state is a word; nothing rests on colour.
#ifndef CAIRN_CLIENT_COMMANDS_CLAIMS_TEXT_H_
#define CAIRN_CLIENT_COMMANDS_CLAIMS_TEXT_H_

#include <string>
#include <vector>

#include "audit/dossier/claim.h"
#include "client/console.h"

namespace cairn::client {

// What was found of one or several files, with a summary line, and the exit code: 1 if any claim
// does not hold, 3 if something essential could not be checked, else 0. `remarks` come first: what
// the verifier ought to know about what it believes.
Answer ClaimsAnswer(const std::vector<dossier::Examination>& examinations,
                    const std::vector<std::string>& remarks);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_CLAIMS_TEXT_H_
