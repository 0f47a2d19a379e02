// Statements: signed, verified, and only then read.
//
// A statement is the canonical bytes of a v1::Statement. What is signed is its DSSE
// pre-authentication encoding under the type "application/vnd.cairn.statement.v1+protobuf"; the id
// is SHA-256 of that encoding. The bytes are kept as they came: nothing here serialises a parsed
// statement again. Pure; all functions are thread-safe unless they say otherwise.
#ifndef CAIRN_AUDIT_STATEMENT_STATEMENT_H_
#define CAIRN_AUDIT_STATEMENT_STATEMENT_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/digest.h"
#include "keys/key_id.h"
#include "keys/signing.h"

namespace cairn::v1 {
class Statement;
}  // namespace cairn::v1

namespace cairn::statement {

inline constexpr std::size_t kMaxStatementBytes = std::size_t{32} * 1024;
inline constexpr std::size_t kMaxSignedStatementBytes = std::size_t{33} * 1024;

// SHA-256 of the statement's pre-authentication encoding. The only name that a statement has.
struct StatementId {
  keys::Digest digest;

  friend auto operator<=>(const StatementId&, const StatementId&) = default;
  keys::ByteView View() const { return digest.View(); }
  keys::Bytes ToBytes() const { return digest.ToBytes(); }
  std::string Hex() const { return digest.Hex(); }
  // kInvalidArgument unless `bytes` is exactly 32 long.
  static absl::StatusOr<StatementId> FromBytes(keys::ByteView bytes);

  template <typename H>
  friend H AbslHashValue(H h, const StatementId& id) {
    return H::combine(std::move(h), id.digest);
  }
};

// The id of a statement, from its bytes (not those of its signed wrapper). Judges nothing.
StatementId IdOf(keys::ByteView statement);

// Public keys that were found valid before. Checking a key costs about as much as checking a
// signature, so whoever verifies many statements keeps one of these. Not thread-safe: one a thread.
class KeyMemo {
 public:
  // Forgets everything once it holds `capacity` keys.
  explicit KeyMemo(std::size_t capacity = 4096) : capacity_(capacity) {}
  // Errors as for keys::SigningPublicKey::FromTypedBytes; refused keys are not remembered.
  absl::StatusOr<keys::SigningPublicKey> Get(keys::ByteView typed_key);

 private:
  std::size_t capacity_;
  absl::flat_hash_map<keys::Bytes, keys::SigningPublicKey> known_;
};

// A statement whose wrapper, signature and canonical form were checked. It says who holds the key,
// not whether the key may sign: that is the fold's to judge. Immutable; cheap to move and to copy
// (copies share the parsed message); thread-safe.
class VerifiedStatement {
 public:
  const StatementId& id() const { return id_; }
  // The SignedStatement, verbatim: what a leaf carries.
  const keys::Bytes& signed_bytes() const { return *signed_bytes_; }
  // The signed bytes of the Statement inside, verbatim.
  const keys::Bytes& statement_bytes() const { return *statement_bytes_; }
  const v1::Statement& statement() const { return *statement_; }
  const keys::SigningPublicKey& public_key() const { return public_key_; }
  // Equals statement().key().
  const keys::KeyFingerprint& key() const { return key_; }

 private:
  friend absl::StatusOr<VerifiedStatement> Verify(keys::ByteView, KeyMemo*);
  VerifiedStatement(const StatementId& id, const keys::SigningPublicKey& public_key,
                    const keys::KeyFingerprint& key)
      : id_(id), public_key_(public_key), key_(key) {}

  StatementId id_;
  keys::SigningPublicKey public_key_;
  keys::KeyFingerprint key_;
  std::shared_ptr<const keys::Bytes> signed_bytes_;
  std::shared_ptr<const keys::Bytes> statement_bytes_;
  std::shared_ptr<const v1::Statement> statement_;
};

// Judges a SignedStatement, in this order: size; the wrapper's canonical form; lengths of key and
// signature; the key is a valid one; its signature of the pre-authentication encoding; the
// statement's canonical form; Statement.key is this key's fingerprint; a body is there. So nothing
// but the three fields of the wrapper is read before the signature holds.
// kInvalidArgument: malformed, whatever anybody's state; the message names the place.
// kDataLoss: well formed, and the signature does not verify.
absl::StatusOr<VerifiedStatement> Verify(keys::ByteView signed_statement, KeyMemo* memo = nullptr);

// Signs a statement with all its fields set but `key`, which is filled in. Returns the bytes of the
// SignedStatement. kInvalidArgument: no canonical form, larger than kMaxStatementBytes, no body, or
// `key` is set to another key's fingerprint.
absl::StatusOr<keys::Bytes> Sign(v1::Statement statement, const keys::SigningPrivateKey& key);

// The name of the statement's body as the schema has it: "submit_package"; "" without a body.
absl::string_view BodyName(const v1::Statement& statement);

}  // namespace cairn::statement

#endif  // CAIRN_AUDIT_STATEMENT_STATEMENT_H_
