#include "audit/statement/statement.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/statement/canonical.h"
#include "cairn/v1/statement.pb.h"
#include "keys/dsse.h"

namespace cairn::statement {
namespace {

constexpr int kMaxStatementDepth = 12;  // The deepest statement, OpenHandover, needs five.

absl::Status WithPrefix(absl::string_view prefix, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(prefix, status.message()));
}

absl::Status TooLarge(absl::string_view what, std::size_t size, std::size_t limit) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, " is ", size, " bytes, at most ", limit, " are allowed"));
}

// The wrapper's fields, after its scan. Its lengths are right; nothing is verified yet.
absl::StatusOr<v1::SignedStatement> ReadWrapper(keys::ByteView bytes) {
  if (bytes.size() > kMaxSignedStatementBytes) {
    return TooLarge("the signed statement", bytes.size(), kMaxSignedStatementBytes);
  }
  v1::SignedStatement wrapper;
  absl::Status status = ParseCanonical(bytes, wrapper);
  if (!status.ok()) return WithPrefix("signed statement: ", status);
  if (wrapper.statement().empty()) {
    return absl::InvalidArgumentError("signed statement: it holds no statement");
  }
  if (wrapper.statement().size() > kMaxStatementBytes) {
    return TooLarge("the statement", wrapper.statement().size(), kMaxStatementBytes);
  }
  if (wrapper.public_key().size() != keys::kTypedPublicKeySize) {
    return absl::InvalidArgumentError(absl::StrCat("public_key: ", wrapper.public_key().size(),
                                                   " bytes instead of ",
                                                   keys::kTypedPublicKeySize));
  }
  if (wrapper.signature().size() != keys::kSignatureSize) {
    return absl::InvalidArgumentError(absl::StrCat("signature: ", wrapper.signature().size(),
                                                   " bytes instead of ", keys::kSignatureSize));
  }
  return wrapper;
}

absl::StatusOr<keys::SigningPublicKey> FindKey(keys::ByteView typed_key, KeyMemo* memo) {
  absl::StatusOr<keys::SigningPublicKey> key =
      memo != nullptr ? memo->Get(typed_key) : keys::SigningPublicKey::FromTypedBytes(typed_key);
  if (!key.ok()) return WithPrefix("public_key: ", key.status());
  return key;
}

absl::StatusOr<std::shared_ptr<const v1::Statement>> ReadStatement(
    keys::ByteView bytes, const keys::KeyFingerprint& fingerprint) {
  auto parsed = std::make_shared<v1::Statement>();
  absl::Status status = ParseCanonical(
      bytes, *parsed, {.max_bytes = kMaxStatementBytes, .max_depth = kMaxStatementDepth});
  if (!status.ok()) return status;
  if (parsed->key() != keys::AsText(fingerprint.View())) {
    return absl::InvalidArgumentError("key: it is not the fingerprint of public_key");
  }
  if (parsed->body_case() == v1::Statement::BODY_NOT_SET) {
    return absl::InvalidArgumentError("the statement has no body: it says nothing");
  }
  return std::shared_ptr<const v1::Statement>(std::move(parsed));
}

}  // namespace

absl::StatusOr<StatementId> StatementId::FromBytes(keys::ByteView bytes) {
  absl::StatusOr<keys::Digest> digest = keys::Digest::FromBytes(bytes);
  if (!digest.ok()) return digest.status();
  return StatementId{*digest};
}

StatementId IdOf(keys::ByteView statement) {
  return StatementId{keys::PreAuthDigest(keys::kStatementPayloadType, statement)};
}

absl::StatusOr<keys::SigningPublicKey> KeyMemo::Get(keys::ByteView typed_key) {
  const auto found = known_.find(keys::AsText(typed_key));
  if (found != known_.end()) return found->second;
  absl::StatusOr<keys::SigningPublicKey> key = keys::SigningPublicKey::FromTypedBytes(typed_key);
  if (!key.ok()) return key;
  if (known_.size() >= capacity_) known_.clear();
  known_.emplace(keys::ToBytes(typed_key), *key);
  return key;
}

absl::StatusOr<VerifiedStatement> Verify(keys::ByteView signed_statement, KeyMemo* memo) {
  absl::StatusOr<v1::SignedStatement> wrapper = ReadWrapper(signed_statement);
  if (!wrapper.ok()) return wrapper.status();
  absl::StatusOr<keys::SigningPublicKey> key = FindKey(keys::AsBytes(wrapper->public_key()), memo);
  if (!key.ok()) return key.status();

  const keys::ByteView bytes = keys::AsBytes(wrapper->statement());
  absl::Status signature = keys::VerifyPayload(*key, keys::kStatementPayloadType, bytes,
                                               keys::AsBytes(wrapper->signature()));
  if (!signature.ok()) return WithPrefix("signature: ", signature);

  VerifiedStatement verified(IdOf(bytes), *key, key->Fingerprint());
  absl::StatusOr<std::shared_ptr<const v1::Statement>> parsed =
      ReadStatement(bytes, verified.key());
  if (!parsed.ok()) return parsed.status();
  verified.statement_ = *std::move(parsed);
  verified.signed_bytes_ = std::make_shared<const keys::Bytes>(keys::ToBytes(signed_statement));
  verified.statement_bytes_ =
      std::make_shared<const keys::Bytes>(std::move(*wrapper->mutable_statement()));
  return verified;
}

absl::StatusOr<keys::Bytes> Sign(v1::Statement statement, const keys::SigningPrivateKey& key) {
  const keys::Bytes fingerprint = key.Public().Fingerprint().ToBytes();
  if (!statement.key().empty() && statement.key() != fingerprint) {
    return absl::InvalidArgumentError("key: it is another key's fingerprint");
  }
  if (statement.body_case() == v1::Statement::BODY_NOT_SET) {
    return absl::InvalidArgumentError("the statement has no body: it says nothing");
  }
  statement.set_key(fingerprint);
  absl::StatusOr<keys::Bytes> bytes = CanonicalBytes(statement);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() > kMaxStatementBytes) {
    return TooLarge("the statement", bytes->size(), kMaxStatementBytes);
  }
  v1::SignedStatement wrapper;
  wrapper.set_public_key(key.Public().TypedBytes());
  wrapper.set_signature(keys::SignPayload(key, keys::kStatementPayloadType, keys::AsBytes(*bytes)));
  wrapper.set_statement(*std::move(bytes));
  return SerializeTrusted(wrapper);
}

absl::string_view BodyName(const v1::Statement& statement) {
  const auto* field = v1::Statement::descriptor()->FindFieldByNumber(statement.body_case());
  return field == nullptr ? absl::string_view() : absl::string_view(field->name());
}

}  // namespace cairn::statement
