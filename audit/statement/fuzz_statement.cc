// Signed statements, entries and refusals from anywhere. The bytes are also signed as they are, so
// that what comes behind the signature check is reached.
#include <cstdlib>

#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "audit/statement/refusal.h"
#include "audit/statement/statement.h"
#include "cairn/v1/statement.pb.h"
#include "keys/dsse.h"

namespace {

const cairn::keys::SigningPrivateKey& FuzzKey() {
  static const auto key = cairn::keys::SigningPrivateKey::Generate();
  return key;
}

cairn::keys::Bytes SignedAsIs(cairn::keys::ByteView statement) {
  cairn::v1::SignedStatement wrapper;
  wrapper.set_statement(statement.data(), statement.size());
  wrapper.set_public_key(FuzzKey().Public().TypedBytes());
  wrapper.set_signature(
      cairn::keys::SignPayload(FuzzKey(), cairn::keys::kStatementPayloadType, statement));
  return cairn::statement::SerializeTrusted(wrapper);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace st = cairn::statement;
  const cairn::keys::ByteView bytes(data, size);
  static st::KeyMemo memo;
  for (const cairn::keys::Bytes& tried : {cairn::keys::ToBytes(bytes), SignedAsIs(bytes)}) {
    const auto verified = st::Verify(cairn::keys::AsBytes(tried), &memo);
    if (verified.ok() && verified->signed_bytes() != tried) std::abort();
  }
  const auto entry = st::ParseEntry(bytes);
  if (entry.ok() &&
      st::EncodeEntry(entry->logged_at_ms, cairn::keys::AsBytes(entry->signed_statement)) !=
          cairn::keys::AsText(bytes)) {
    std::abort();
  }
  cairn::v1::SignedRefusal refusal;
  refusal.set_refusal(data, size);
  (void)st::ReadRefusalUnverified(refusal);
  return 0;
}
