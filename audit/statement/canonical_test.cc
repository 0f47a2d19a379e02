#include "audit/statement/canonical.h"

#include <google/protobuf/descriptor.h>

#include <sstream>
#include <string>

#include "audit/statement/wire.h"
#include "cairn/v1/statement.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keys/encoding.h"
#include "tests/testing/descriptor_set.h"
#include "tests/testing/status.h"
#include "tests/testing/vectors.h"

namespace cairn::statement {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::Eq;
using ::testing::HasSubstr;

const google::protobuf::DescriptorPool& EverythingPool() {
  static const google::protobuf::DescriptorPool& pool =
      cairn::testing::ReadDescriptorSet(CAIRN_BINARY_DIR "/tests/everything.protoset");
  return pool;
}

const google::protobuf::Descriptor& TypeNamed(const std::string& name) {
  const auto* type = EverythingPool().FindMessageTypeByName(name);
  if (type == nullptr)
    type = v1::Statement::descriptor()->file()->pool()->FindMessageTypeByName(name);
  return *type;
}

absl::Status CheckHex(const std::string& type, const std::string& hex) {
  return CheckCanonical(TypeNamed(type), keys::AsBytes(*keys::ParseHex(hex)));
}

v1::Statement StatementWithCharter() {
  v1::Statement statement;
  statement.set_log_origin("example.org/log");
  v1::Charter& charter = *statement.mutable_open_handover()->mutable_charter();
  for (const char* area : {"a", "b", "c", "d"}) {
    charter.add_areas()->set_area(area);
    charter.mutable_areas()->rbegin()->set_name("District");
  }
  return statement;
}

TEST(CheckCanonical, GivesEveryLineOfTheCorpusItsVerdict) {
  std::istringstream lines(cairn::testing::ReadVectorFile("canonical/corpus.txt"));
  int count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.front() == '#') continue;
    std::istringstream words(line);
    std::string type, verdict, hex, description;
    words >> type >> verdict >> hex;
    std::getline(words, description);
    const absl::Status status = CheckHex(type, hex == "-" ? "" : hex);
    EXPECT_EQ(status.ok(), verdict == "good") << description << "\n" << hex << "\n" << status;
    ++count;
  }
  EXPECT_GT(count, 300);
}

// A length-delimited field of a number below 16, with fewer than 128 bytes inside.
std::string Nested(int number, const std::string& inside) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(inside.size())} + inside;
}

TEST(CheckCanonical, NamesThePathAndTheByte) {
  const std::string area = Nested(5, Nested(1, "a"));
  const std::string spoiled = Nested(5, Nested(1, "d") + Nested(1, "d"));
  const std::string charter = Nested(1, Nested(1, "H") + area + area + area + spoiled);
  const std::string bytes =
      Nested(1, "log") + "\x82\x04" + static_cast<char>(charter.size()) + charter;
  EXPECT_THAT(CheckCanonical(*v1::Statement::descriptor(), keys::AsBytes(bytes)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       Eq("open_handover.charter.areas[3].area: field 1 appears twice, byte " +
                          std::to_string(bytes.size() - 3))));
}

TEST(CheckCanonical, SaysWhatIsWrong) {
  const std::string type = "cairn.test.v1.Everything";
  const auto says = [&](const std::string& hex, const std::string& message) {
    EXPECT_THAT(CheckHex(type, hex), StatusIs(absl::StatusCode::kInvalidArgument, Eq(message)));
  };
  says("0800", "flag: it is at its default, byte 1");
  says("0802", "flag: a boolean is neither 0 nor 1, byte 1");
  says("088100", "flag: a varint is longer than it need be, byte 1");
  says("f80101", "field 31 is not known, byte 0");
  says("10010801", "flag: field 1 stands behind one with a higher number, byte 2");
  says("0a0101", "flag: wire type 2 instead of 0, byte 1");
  says("620561", "text: its length goes beyond the end, byte 1");
  says("6201ff", "text: text that is not UTF-8, byte 2");
  says("7002", "colour: value 2 has no name in its enumeration, byte 1");
  says("7a027002", "inner.colour: value 2 has no name in its enumeration, byte 3");
  says("820100", "numbers: a packed run is empty, byte 3");
  says("c80100da0100", "first_b: another member of its oneof is set as well, byte 3");
  says("4d01020304", "f64: wire type 5 instead of 1, byte 1");
  says("4501", "f32: the bytes end inside a number, byte 1");
}

TEST(CheckCanonical, RefusesMoreBytesThanAllowed) {
  EXPECT_THAT(CheckCanonical(TypeNamed("cairn.test.v1.Everything"), keys::AsBytes("\x08\x01"),
                             {.max_bytes = 1}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 1")));
}

TEST(CheckCanonical, RefusesTypesThatHaveNoCanonicalForm) {
  const auto refuses = [](const std::string& name, const std::string& why) {
    EXPECT_THAT(CheckHex("cairn.test.v1." + name, ""),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(why)));
  };
  refuses("WithMap", "map");
  refuses("WithDouble", "double");
  refuses("WithFloatInside", "Inside has a float field");
  refuses("Unpacked", "unpacked");
}

TEST(CheckCanonical, EveryMessageOfTheContractHasACanonicalForm) {
  const auto* file = v1::Statement::descriptor()->file();
  for (int i = 0; i < file->message_type_count(); ++i) {
    EXPECT_THAT(CheckCanonical(*file->message_type(i), {}), IsOk())
        << file->message_type(i)->name();
  }
}

TEST(CheckCanonical, EveryByteChangedIsRefusedOrAnotherMessage) {
  const std::string good = *CanonicalBytes(StatementWithCharter());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = good;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      v1::Statement parsed;
      if (!ParseCanonical(keys::AsBytes(changed), parsed).ok()) continue;
      EXPECT_EQ(SerializeTrusted(parsed), changed) << "byte " << i << " bit " << bit;
    }
  }
}

TEST(CanonicalBytes, RefusesWhatHasNone) {
  v1::Statement statement;
  statement.mutable_freeze()->set_reason(static_cast<v1::FreezeReason>(77));
  EXPECT_THAT(CanonicalBytes(statement),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("freeze.reason: value 77")));
}

TEST(CanonicalBytes, OfAnEmptyMessageAreNone) {
  EXPECT_THAT(CanonicalBytes(v1::Statement()).value(), Eq(""));
}

TEST(ReadVarint, LeavesThePlaceAloneWhenItFails) {
  const std::string bytes = "\x80\x80";
  std::size_t at = 0;
  std::uint64_t value = 7;
  EXPECT_STREQ(wire::ReadVarint(keys::AsBytes(bytes), at, value), "the bytes end inside a varint");
  EXPECT_EQ(at, 0u);
  EXPECT_EQ(value, 7u);
}

// The slow definition of UTF-8: encode every code point, and compare all one to three-byte strings.
TEST(IsUtf8, AgreesWithTheDefinitionOnAllShortStrings) {
  std::vector<bool> valid(1 << 24, false);
  const auto index = [](const std::string& s) {
    std::size_t i = 0;
    for (const char c : s) i = i << 8 | static_cast<unsigned char>(c);
    return i;
  };
  for (unsigned c = 0x80; c < 0x10000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    std::string s;
    if (c < 0x800) {
      s = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
    } else {
      s = {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)),
           static_cast<char>(0x80 | (c & 0x3f))};
    }
    valid[index(s)] = true;
  }
  int wrong = 0;
  for (unsigned i = 0x8000; i < 1 << 24; ++i) {
    std::string s;
    if (i > 0xffff) s.push_back(static_cast<char>(i >> 16));
    s.push_back(static_cast<char>(i >> 8));
    s.push_back(static_cast<char>(i));
    // Strings that begin with an ASCII byte or hold one behind a lead say nothing new.
    if ((static_cast<unsigned char>(s[0]) & 0x80) == 0) continue;
    bool ascii = false;
    for (const char c : s) ascii = ascii || (static_cast<unsigned char>(c) & 0x80) == 0;
    if (ascii) continue;
    if (wire::IsUtf8(keys::AsBytes(s)) != valid[i]) ++wrong;
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace cairn::statement
