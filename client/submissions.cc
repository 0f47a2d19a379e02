#include "client/submissions.h"

#include <grpcpp/grpcpp.h>

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cairn/v1/state.pb.h"
#include "client/commands/handover_id.h"
#include "client/connection.h"
#include "client/refold.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

constexpr std::size_t kShortestDigest = 8;

// Of a package that stands in the log that this one goes on from, the broker has no receipt: this
// home's own copy of that log has the statement.
absl::StatusOr<Submitted> FindCarried(Context& context, const v1::PackageState& package) {
  absl::StatusOr<RefoldedLog> log = RefoldLog(context, std::nullopt);
  if (!log.ok()) return log.status();
  for (Submitted& one : log->submitted) {
    if (one.statement == package.statement()) return std::move(one);
  }
  return absl::DataLossError(absl::StrCat("the broker lists a package at leaf ", package.leaf(),
                                          ", and no log that this one goes on from submits it"));
}

absl::StatusOr<Submitted> VerifySubmitted(Context& context, const keys::Bytes& handover,
                                          std::uint64_t base, const v1::PackageState& package) {
  if (package.leaf() < base) return FindCarried(context, package);
  v1::GetReceiptRequest which;
  which.set_statement(package.statement());
  absl::StatusOr<FetchedReceipt> fetched = FetchReceipt(context, which);
  if (!fetched.ok()) return fetched.status();
  const v1::Statement& said = fetched->statement.statement();
  const absl::StatusOr<keys::Digest> digest =
      keys::Digest::FromBytes(keys::AsBytes(said.submit_package().digest()));
  if (said.handover() != handover || !digest.ok() ||
      said.submit_package().digest() != package.submission().digest()) {
    return absl::DataLossError(absl::StrCat("the broker lists a package at leaf ",
                                            fetched->spoken.leaf_index,
                                            ", and that leaf does not submit it in this handover"));
  }
  return Submitted{handover,
                   *digest,
                   base + fetched->spoken.leaf_index,
                   said.actor(),
                   package.statement(),
                   said.submit_package(),
                   fetched->statement.public_key()};
}

}  // namespace

absl::StatusOr<FetchedReceipt> FetchReceipt(Context& context, const v1::GetReceiptRequest& which) {
  absl::StatusOr<Connection*> connection = context.Connect();
  if (!connection.ok()) return connection.status();
  absl::StatusOr<v1::Receipt> receipt =
      (*connection)
          ->Call(&v1::StatementService::Stub::GetReceipt, (*connection)->statements(), which);
  if (!receipt.ok()) return receipt.status();
  absl::StatusOr<statement::VerifiedStatement> verified =
      statement::Verify(keys::AsBytes(receipt->signed_statement()));
  if (!verified.ok()) {
    return absl::DataLossError(absl::StrCat("the broker answered with a statement that does not ",
                                            "verify: ", verified.status().message()));
  }
  const bool other = which.has_statement() ? verified->id().ToBytes() != which.statement()
                                           : receipt->leaf_index() != which.leaf_index();
  if (other) return absl::DataLossError("the broker answered with another statement's receipt");
  absl::StatusOr<Spoken> spoken = KeepReceipt(context, *receipt, receipt->signed_statement());
  if (!spoken.ok()) return spoken.status();
  return FetchedReceipt{*std::move(spoken), *std::move(verified)};
}

absl::StatusOr<std::vector<Submitted>> ListSubmitted(Context& context,
                                                     const keys::Bytes& handover) {
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, handover);
  if (!shown.ok()) return shown.status();
  std::vector<Submitted> list;
  for (const v1::PackageState& package : shown->state().packages()) {
    absl::StatusOr<Submitted> one =
        VerifySubmitted(context, handover, shown->state().log().base(), package);
    if (!one.ok()) return one.status();
    list.push_back(*std::move(one));
  }
  return list;
}

absl::StatusOr<Submitted> FindSubmitted(Context& context, const keys::Bytes& handover,
                                        const std::string& digest) {
  if (digest.size() < kShortestDigest) {
    return UsageError(absl::StrCat("a package is named by at least ", kShortestDigest,
                                   " digits of its digest, not '", digest, "'"));
  }
  absl::StatusOr<v1::GetHandoverResponse> shown = FetchHandover(context, handover);
  if (!shown.ok()) return shown.status();
  std::vector<const v1::PackageState*> fitting;
  for (const v1::PackageState& package : shown->state().packages()) {
    if (absl::StartsWith(keys::Hex(keys::AsBytes(package.submission().digest())), digest)) {
      fitting.push_back(&package);
    }
  }
  if (fitting.size() == 1) {
    return VerifySubmitted(context, handover, shown->state().log().base(), *fitting.front());
  }
  return UsageError(absl::StrCat(
      fitting.empty() ? "no package of this handover begins"
                      : absl::StrCat(fitting.size(), " packages of this handover begin"),
      " with ", digest, "; list them with: cairn handover show"));
}

}  // namespace cairn::client
