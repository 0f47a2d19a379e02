// What the log says about packages, verified: a submission is taken from its signed statement, once
// its receipt holds, and never from the broker's summary alone.
#ifndef CAIRN_CLIENT_SUBMISSIONS_H_
#define CAIRN_CLIENT_SUBMISSIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/statement/statement.h"
#include "cairn/v1/broker.pb.h"
#include "cairn/v1/statement.pb.h"
#include "client/context.h"
#include "client/speak.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/signing.h"

namespace cairn::client {

// A receipt fetched afresh, verified and kept in receipts/.
struct FetchedReceipt {
  Spoken spoken;
  statement::VerifiedStatement statement;
};
// kNotFound: not logged. kDataLoss: what the broker answers does not hold.
absl::StatusOr<FetchedReceipt> FetchReceipt(Context& context, const v1::GetReceiptRequest& which);

// A package as it was submitted.
struct Submitted {
  keys::Bytes handover;
  keys::Digest digest;
  std::uint64_t leaf = 0;  // As objects keep it: a predecessor's leaves counted.
  std::string author;
  keys::Bytes statement;  // Id.
  v1::SubmitPackage submission;
  keys::SigningPublicKey signer;  // Whose signature the submission carries.
};

inline constexpr char kPackageHelp[] =
    "Package: the digest of its sealed file, or the beginning of it (8 digits or more)";

// All packages of a handover by leaf, each with its receipt verified.
absl::StatusOr<std::vector<Submitted>> ListSubmitted(Context& context, const keys::Bytes& handover);
// One of them. UsageError: none or several fit.
absl::StatusOr<Submitted> FindSubmitted(Context& context, const keys::Bytes& handover,
                                        const std::string& digest);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_SUBMISSIONS_H_
