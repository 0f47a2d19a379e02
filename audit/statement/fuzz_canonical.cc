// Whatever the scanner accepts must parse, and must be what the library would have written. The
// first byte chooses the type.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <cstdlib>
#include <memory>

#include "audit/statement/canonical.h"
#include "cairn/v1/statement.pb.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto* file = cairn::v1::Statement::descriptor()->file();
  const auto* type = file->message_type(data[0] % file->message_type_count());
  const cairn::keys::ByteView bytes(data + 1, size - 1);
  if (!cairn::statement::CheckCanonical(*type, bytes).ok()) return 0;
  const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(type);
  const std::unique_ptr<google::protobuf::Message> message(prototype->New());
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) std::abort();
  if (cairn::statement::SerializeTrusted(*message) != cairn::keys::AsText(bytes)) std::abort();
  return 0;
}
