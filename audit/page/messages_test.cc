#include "audit/page/messages.h"

#include <dirent.h>
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/catalogue.h"
#include "cairn/v1/report.pb.h"

namespace cairn::page {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Messages Spoken(absl::string_view language) {
  absl::StatusOr<Messages> messages = Messages::For(language);
  EXPECT_TRUE(messages.ok()) << language << ": " << messages.status();
  return *std::move(messages);
}

// The names in braces, each as often as it stands there.
std::multiset<std::string> PlaceholdersOf(const std::string& text) {
  static const std::regex kPlaceholder("\\{([a-z_]+)\\}");
  std::multiset<std::string> out;
  for (std::sregex_iterator it(text.begin(), text.end(), kPlaceholder), end; it != end; ++it) {
    out.insert((*it)[1]);
  }
  return out;
}

std::vector<std::string> FormsOf(const std::string& text) { return absl::StrSplit(text, " | "); }

TEST(Messages, ComeInFourLanguages) {
  EXPECT_THAT(Messages::Languages(), ElementsAre("az", "en", "hy", "ru"));
  EXPECT_THAT(Messages::For("fr").status().message(), HasSubstr("az, en, hy, ru"));
}

TEST(Messages, EveryKeyIsInEveryLanguage) {
  const Messages english = Spoken("en");
  for (const std::string& language : Messages::Languages()) {
    const Messages other = Spoken(language);
    for (const auto& [key, text] : english.all()) {
      EXPECT_TRUE(other.Has(key)) << language << " lacks " << key;
    }
    for (const auto& [key, text] : other.all()) {
      EXPECT_TRUE(english.Has(key)) << language << " has " << key << " and English does not";
    }
  }
}

TEST(Messages, PlaceholdersAgreeInEveryLanguageAndForm) {
  const Messages english = Spoken("en");
  for (const std::string& language : Messages::Languages()) {
    const Messages other = Spoken(language);
    for (const auto& [key, text] : other.all()) {
      if (!english.Has(key)) continue;
      const auto expected = PlaceholdersOf(FormsOf(english.Text(key)).back());
      for (const std::string& form : FormsOf(text)) {
        EXPECT_EQ(PlaceholdersOf(form), expected) << language << " " << key;
      }
    }
  }
}

TEST(Messages, CountedWordsHaveTheFormsOfTheirLanguage) {
  const Messages english = Spoken("en");
  for (const std::string& language : Messages::Languages()) {
    const Messages other = Spoken(language);
    for (const auto& [key, text] : english.all()) {
      if (!other.Has(key)) continue;
      const std::size_t expected = FormsOf(text).size() > 1 ? other.forms() : 1;
      EXPECT_EQ(FormsOf(other.Text(key)).size(), expected) << language << " " << key;
    }
  }
}

TEST(Messages, OnlyEnglishSaysThatItWasReviewed) {
  for (const std::string& language : Messages::Languages()) {
    EXPECT_EQ(Spoken(language).unreviewed(), language != "en") << language;
  }
}

TEST(Messages, TranslationsAreInTheirScript) {
  // Long sentences that are word for word the English ones were forgotten.
  constexpr std::size_t kLong = 25;
  const Messages english = Spoken("en");
  for (const std::string& language : Messages::Languages()) {
    if (language == "en") continue;
    const Messages other = Spoken(language);
    for (const auto& [key, text] : english.all()) {
      if (text.size() < kLong || !other.Has(key) || key == "quantity.fraction") continue;
      EXPECT_NE(other.Text(key), text) << language << " " << key;
    }
  }
}

TEST(Messages, HaveEveryCheckAndFieldOfTheCatalogueInItsWords) {
  const Messages english = Spoken("en");
  for (const completeness::CheckInfo& check : completeness::Catalogue()) {
    const std::string key = absl::StrCat("check.", check.id);
    ASSERT_TRUE(english.Has(key)) << key;
    EXPECT_EQ(english.Text(key), check.title);
  }
  for (int number = 1; number < 128; ++number) {
    if (completeness::FieldTitle(number).empty()) continue;
    const std::string key = absl::StrCat("field.", completeness::FieldId(number));
    ASSERT_TRUE(english.Has(key)) << key;
    EXPECT_EQ(english.Text(key), completeness::FieldTitle(number));
  }
}

TEST(Messages, HaveEveryValueOfTheEnumerationsOfAReport) {
  const Messages english = Spoken("en");
  const google::protobuf::EnumDescriptor* const kEnums[] = {v1::HeadlineClass_descriptor(),
                                                            v1::FillClass_descriptor(),
                                                            v1::PartialSplit_descriptor(),
                                                            v1::Contradiction_descriptor(),
                                                            v1::LocationGrade_descriptor(),
                                                            v1::Severity_descriptor(),
                                                            v1::Repair_descriptor(),
                                                            v1::Presence_descriptor(),
                                                            v1::AreaDelivery_descriptor(),
                                                            v1::ClaimComparison_descriptor(),
                                                            v1::ClaimSubject_descriptor(),
                                                            v1::RequestKind_descriptor(),
                                                            v1::PackageKind_descriptor(),
                                                            v1::MineCategory_descriptor(),
                                                            v1::WithholdingGround_descriptor(),
                                                            v1::WithholdingEnd_descriptor(),
                                                            v1::Block_descriptor(),
                                                            v1::SupplementOutcome_descriptor(),
                                                            v1::SupplementReason_descriptor(),
                                                            v1::FindingState_descriptor(),
                                                            v1::FindingBasis_descriptor(),
                                                            v1::ProposalKind_descriptor(),
                                                            v1::ProposalOutcome_descriptor()};
  for (const google::protobuf::EnumDescriptor* one : kEnums) {
    for (int i = 0; i < one->value_count(); ++i) {
      const std::string key = absl::AsciiStrToLower(one->value(i)->name());
      EXPECT_TRUE(english.Has(key)) << key;
    }
  }
  for (int i = 0; i < v1::Presence_descriptor()->value_count(); ++i) {
    const std::string key =
        absl::StrCat("mend.", absl::AsciiStrToLower(v1::Presence_descriptor()->value(i)->name()));
    EXPECT_TRUE(english.Has(key)) << key;
  }
}

// Every key that stands in the sources as a literal: a branch that no test walks ends the process
// only if its key is missing, so none may be.
TEST(Messages, HaveEveryKeyThatTheSourcesName) {
  const Messages english = Spoken("en");
  const std::string folder = absl::StrCat(CAIRN_SOURCE_DIR, "/audit/page/");
  static const std::regex kKey("\"([a-z]+\\.[a-z_]+)\"");
  std::size_t seen = 0;
  DIR* open = opendir(folder.c_str());
  ASSERT_NE(open, nullptr);
  while (const dirent* entry = readdir(open)) {
    const std::string name = entry->d_name;
    if (!absl::EndsWith(name, ".cc") || absl::EndsWith(name, "_test.cc") || name == "place.cc") {
      continue;  // place.cc names paths of records, which look the same.
    }
    std::ifstream in(folder + name);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    for (std::sregex_iterator it(text.begin(), text.end(), kKey), end; it != end; ++it) {
      ++seen;
      EXPECT_TRUE(english.Has((*it)[1].str())) << name << " names " << (*it)[1];
    }
  }
  closedir(open);
  EXPECT_GT(seen, 150u);
}

TEST(Messages, CountRussianWordsAsRussianDoes) {
  absl::StatusOr<Messages> m =
      Messages::Parse("ru", "number.group = _\nx = {n} мина | {n} мины | {n} мин\n");
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(m->Counted("x", 1), "1 мина");
  EXPECT_EQ(m->Counted("x", 3), "3 мины");
  EXPECT_EQ(m->Counted("x", 5), "5 мин");
  EXPECT_EQ(m->Counted("x", 11), "11 мин");
  EXPECT_EQ(m->Counted("x", 21), "21 мина");
  EXPECT_EQ(m->Counted("x", 112), "112 мин");
  EXPECT_EQ(m->Counted("x", 1'022), "1\u00a0022 мины");
}

TEST(Messages, PutInValuesWithoutLookingAtThemAgain) {
  absl::StatusOr<Messages> m = Messages::Parse("en", "a = {x} and {y}\n");
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(m->Text("a", {{"x", "{y}"}, {"y", "2"}}), "{y} and 2");
}

TEST(Messages, RefuseAFileWithALineThatIsNone) {
  EXPECT_THAT(Messages::Parse("en", "a = b\nnonsense\n").status().message(), HasSubstr("line 2"));
  EXPECT_THAT(Messages::Parse("en", "a = b\na = c\n").status().message(), HasSubstr("twice"));
}

TEST(Messages, RoundSharesHalvesUp) {
  const Messages m = Spoken("en");
  EXPECT_EQ(m.Share(105, 400), "26.3");
  EXPECT_EQ(m.Share(2, 3), "66.7");
  EXPECT_EQ(m.Number(1'234'567), "1,234,567");
  EXPECT_EQ(m.Signed(-92'000), "\u221292,000");
  EXPECT_EQ(TimeText(1'628'251'200'000), "2021-08-06 12:00 UTC");
}

}  // namespace
}  // namespace cairn::page
