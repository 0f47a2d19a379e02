#include "audit/page/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cairn::page {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Written(void (*write)(Html& html)) {
  std::string out;
  const auto sink = [&](absl::string_view bytes) {
    out.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  };
  Html html(sink);
  write(html);
  EXPECT_TRUE(html.Finish().ok());
  return out;
}

TEST(Escaped, LeavesNoCharacterThatMarkupIsMadeOf) {
  EXPECT_EQ(Escaped("<script>alert('x')</script>"),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  EXPECT_EQ(Escaped("\" onload=\"x&y"), "&quot; onload=&quot;x&amp;y");
}

TEST(Escaped, KeepsLettersOfAllLanguages) {
  EXPECT_EQ(Escaped("Ağdam Агдам Ակնա"), "Ağdam Агдам Ակնա");
  EXPECT_EQ(Escaped("\U0001F9ED"), "\U0001F9ED");
}

TEST(Escaped, ReplacesWhatTurnsTextRoundOrHides) {
  EXPECT_EQ(Escaped("a\u202Eb"), "a\uFFFDb");  // Right-to-left override.
  EXPECT_EQ(Escaped("a\u2066b"), "a\uFFFDb");
  EXPECT_EQ(Escaped("a\u200Bb"), "a\uFFFDb");
  EXPECT_EQ(Escaped(std::string("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(Escaped("a\x1b[2Jb"), "a\uFFFD[2Jb");
}

TEST(Escaped, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(Escaped("a\xff"), "a\uFFFD");
  EXPECT_EQ(Escaped("a\xc3"), "a\uFFFD");                              // Cut.
  EXPECT_EQ(Escaped("\xc0\xbc"), "\uFFFD\uFFFD");                      // "<", too long.
  EXPECT_EQ(Escaped("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");            // A surrogate.
  EXPECT_EQ(Escaped("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // Beyond Unicode.
}

TEST(Html, EscapesTextAndAttributesButNotItsOwnMarkup) {
  EXPECT_EQ(Written([](Html& html) {
              html << "<b>"_m
                   << "<i>"
                   << "</b>"_m;
            }),
            "<b>&lt;i&gt;</b>");
  EXPECT_EQ(Written([](Html& html) { html.Link("x\"y", "<z>"); }),
            "<a href=\"#x&quot;y\">&lt;z&gt;</a>");
}

TEST(Html, HandsOnLongTextInPieces) {
  std::size_t longest = 0;
  std::size_t pieces = 0;
  const auto sink = [&](absl::string_view bytes) {
    longest = std::max(longest, bytes.size());
    ++pieces;
    return absl::OkStatus();
  };
  Html html(sink);
  for (int i = 0; i < 100'000; ++i) html << "0123456789";
  EXPECT_TRUE(html.Finish().ok());
  EXPECT_GT(pieces, 10u);
  EXPECT_LT(longest, std::size_t{80} * 1024);
}

TEST(Html, StopsAtTheFirstErrorOfTheSink) {
  int calls = 0;
  const auto sink = [&](absl::string_view) {
    ++calls;
    return absl::UnavailableError("no space left");
  };
  Html html(sink);
  for (int i = 0; i < 100'000; ++i) html << "0123456789";
  EXPECT_EQ(html.Finish().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls, 1);
}

TEST(Html, RefusesAPageBeyondItsLimit) {
  const auto sink = [](absl::string_view) { return absl::OkStatus(); };
  Html html(sink);
  const std::string mebibyte(std::size_t{1} << 20, 'x');
  for (std::uint64_t i = 0; i <= kMaxPageBytes >> 20; ++i) html << mebibyte;
  EXPECT_EQ(html.Finish().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace cairn::page
