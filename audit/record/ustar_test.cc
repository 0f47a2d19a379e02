#include "audit/record/ustar.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "audit/record/template_for_test.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::record::testing::FreshFolder;
using ::cairn::record::testing::ReadWholeFile;
using ::cairn::record::testing::WriteWholeFile;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr absl::StatusCode kBadTar = absl::StatusCode::kInvalidArgument;

using TarContent = std::vector<std::pair<std::string, std::string>>;

std::string MakeTar(const TarContent& members) {
  std::string out;
  UstarWriter writer([&](keys::ByteView bytes) {
    keys::AppendBytes(out, bytes);
    return absl::OkStatus();
  });
  for (const auto& [name, content] : members) {
    EXPECT_THAT(writer.Add(name, keys::AsBytes(content)), IsOk());
  }
  EXPECT_THAT(writer.Finish(), IsOk());
  return out;
}

absl::StatusOr<TarContent> ReadTar(absl::string_view tar) {
  UstarReader reader(keys::SourceOf(keys::AsBytes(tar)));
  TarContent out;
  for (;;) {
    absl::StatusOr<std::optional<UstarMember>> member = reader.Next();
    if (!member.ok()) return member.status();
    if (!member->has_value()) return out;
    absl::StatusOr<keys::Bytes> content = reader.ReadAll(1 << 20);
    if (!content.ok()) return content.status();
    out.emplace_back((*member)->name, *content);
  }
}

std::string SmallTar() { return MakeTar({{"README.txt", "read"}, {"a/b", std::string(600, 'x')}}); }

// A tar as tar(1) makes it of a folder with one file `name`.
std::string TarOfProgram(const std::string& options, const std::string& prepare) {
  const std::string folder = FreshFolder();
  const std::string command = absl::StrCat("cd ", folder, " && ", prepare, " && tar -b1 ", options,
                                           " -cf x.tar f 2>/dev/null");
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  return ReadWholeFile(folder + "/x.tar");
}

TEST(Ustar, WhatIsWrittenIsReadBack) {
  ASSERT_OK_AND_ASSIGN(
      const TarContent content,
      ReadTar(MakeTar({{"a", ""}, {"b/c.txt", "1"}, {"d", std::string(512, 'y')}})));
  EXPECT_THAT(content,
              ElementsAre(Pair("a", ""), Pair("b/c.txt", "1"), Pair("d", std::string(512, 'y'))));
  ASSERT_OK_AND_ASSIGN(const TarContent nothing, ReadTar(MakeTar({})));
  EXPECT_TRUE(nothing.empty());
}

TEST(Ustar, TheTarProgramReadsItAndMakesTheSameBytes) {
  const std::string folder = FreshFolder();
  const std::string tar = MakeTar({{"f", "content"}});
  WriteWholeFile(folder + "/x.tar", tar);
  EXPECT_EQ(std::system(absl::StrCat("cd ", folder, " && tar xf x.tar").c_str()), 0);
  EXPECT_EQ(ReadWholeFile(folder + "/f"), "content");
  EXPECT_EQ(
      TarOfProgram("--format=ustar --mode=0644 --owner=0 --group=0 --numeric-owner --mtime=@0",
                   "printf content > f"),
      tar);
}

TEST(Ustar, WhatTheTarProgramMakesOtherwiseIsRefusedByName) {
  const std::string ours =
      "--format=ustar --mode=0644 --owner=0 --group=0 --numeric-owner --mtime=@0 ";
  EXPECT_THAT(ReadTar(TarOfProgram(ours, "ln -s /etc/passwd f")),
              StatusIs(kBadTar, HasSubstr("symbolic link")));
  EXPECT_THAT(ReadTar(TarOfProgram(ours, "mkdir f")),
              StatusIs(kBadTar, AnyOf(HasSubstr("empty part"), HasSubstr("directory"))));
  EXPECT_THAT(ReadTar(TarOfProgram(ours, "mkfifo f")), StatusIs(kBadTar, HasSubstr("special")));
  EXPECT_THAT(ReadTar(TarOfProgram(ours + "--transform=s,^,/tmp/, -P", "touch f")),
              StatusIs(kBadTar, HasSubstr("absolute path")));
  EXPECT_THAT(ReadTar(TarOfProgram(ours + "--transform=s,^,a/../../, -P", "touch f")),
              StatusIs(kBadTar, HasSubstr("'..'")));
  EXPECT_THAT(ReadTar(TarOfProgram("--format=ustar --mode=0644 --owner=0 --group=0 --numeric-owner",
                                   "touch f")),
              StatusIs(kBadTar, HasSubstr("the time of the header")));
  EXPECT_THAT(
      ReadTar(TarOfProgram(
          "--format=ustar --mode=0755 --owner=0 --group=0 --numeric-owner --mtime=@0", "touch f")),
      StatusIs(kBadTar, HasSubstr("the mode")));
  EXPECT_THAT(ReadTar(TarOfProgram("--format=ustar --mode=0644 --owner=root:0 --group=0 --mtime=@0",
                                   "touch f")),
              StatusIs(kBadTar, HasSubstr("owner's name")));
  EXPECT_THAT(
      ReadTar(TarOfProgram(
          "--format=gnu --mode=0644 --owner=0 --group=0 --numeric-owner --mtime=@0", "touch f")),
      StatusIs(kBadTar, HasSubstr("no ustar header")));
}

TEST(Ustar, HardLinksAndExtendedHeadersAreRefusedByName) {
  for (const auto& [type, message] : std::vector<std::pair<char, std::string>>{
           {'1', "hard link"}, {'x', "extended"}, {'L', "extended"}, {'7', "special"}}) {
    std::string tar = MakeTar({{"a", ""}});
    tar[156] = type;
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i) {
      sum += i >= 148 && i < 156 ? unsigned{' '} : static_cast<unsigned char>(tar[i]);
    }
    const std::string octal = absl::StrFormat("%06o", sum);
    tar.replace(148, 6, octal);
    EXPECT_THAT(ReadTar(tar), StatusIs(kBadTar, HasSubstr(message)));
  }
}

TEST(Ustar, NamesThatLeaveTheFolderAreRefusedBothWays) {
  UstarWriter writer([](keys::ByteView) { return absl::OkStatus(); });
  for (const std::string& name :
       {std::string("/a"), std::string("../a"), std::string("a/../b"), std::string("a//b"),
        std::string("./a"), std::string("a/"), std::string(""), std::string("a b"),
        std::string("a\\b"), std::string("ж"), std::string(101, 'a')}) {
    EXPECT_THAT(writer.Begin(name, 0), StatusIs(kBadTar)) << name;
  }
}

TEST(Ustar, AMemberStandsOnce) {
  UstarWriter writer([](keys::ByteView) { return absl::OkStatus(); });
  ASSERT_THAT(writer.Add("a", {}), IsOk());
  EXPECT_THAT(writer.Add("a", {}), StatusIs(kBadTar, HasSubstr("already")));
  std::string tar = MakeTar({{"a", ""}});
  tar = tar.substr(0, 512) + tar;
  EXPECT_THAT(ReadTar(tar),
              StatusIs(kBadTar, HasSubstr("member a, byte 512: the member is there")));
}

TEST(Ustar, AWrongHeaderIsNamedByItsFirstByte) {
  std::string tar = MakeTar({{"a", "content"}, {"b", ""}});
  tar[1024] = '/';
  EXPECT_THAT(ReadTar(tar), StatusIs(kBadTar, HasSubstr("byte 1024: a member with an absolute")));
}

TEST(Ustar, TheWriterHoldsWhatItAnnounced) {
  UstarWriter writer([](keys::ByteView) { return absl::OkStatus(); });
  ASSERT_THAT(writer.Begin("a", 3), IsOk());
  EXPECT_THAT(writer.Write(keys::AsBytes("1234")),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("announced")));
  EXPECT_THAT(writer.Finish(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("lacks")));
  EXPECT_THAT(writer.Begin("b", kMaxMemberSize + 1), StatusIs(kBadTar, HasSubstr("8589934591")));
}

TEST(Ustar, EveryCutIsRefused) {
  const std::string tar = SmallTar();
  for (std::size_t size = 0; size < tar.size(); ++size) {
    EXPECT_THAT(ReadTar(absl::string_view(tar).substr(0, size)),
                StatusIs(kBadTar, HasSubstr("cut short")))
        << size;
  }
  EXPECT_THAT(ReadTar(tar + std::string(1, '\0')), StatusIs(kBadTar, HasSubstr("follow the end")));
}

TEST(Ustar, EveryChangedByteOutsideTheContentIsRefused) {
  const std::string tar = SmallTar();
  for (std::size_t i = 0; i < tar.size(); ++i) {
    const bool content = (i >= 512 && i < 516) || (i >= 1536 && i < 2136);
    for (const int flip : {0x01, 0x20, 0x80}) {
      std::string changed = tar;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      const absl::StatusOr<TarContent> read = ReadTar(changed);
      if (content) {
        EXPECT_THAT(read, IsOk()) << i;
      } else {
        EXPECT_THAT(read, StatusIs(kBadTar)) << i << " " << flip;
      }
    }
  }
}

TEST(Ustar, ALargeMemberIsRefusedBeforeItIsRead) {
  const std::string tar = SmallTar();
  UstarReader reader(keys::SourceOf(keys::AsBytes(tar)));
  ASSERT_THAT(reader.Next(), IsOk());
  EXPECT_THAT(reader.ReadAll(3), StatusIs(kBadTar, HasSubstr("at most 3 bytes, found 4")));
}

}  // namespace
}  // namespace cairn::record
