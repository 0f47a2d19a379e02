#include "audit/record/csv.h"

#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/status.h"

namespace cairn::record {
namespace {

using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::StatusCode kBadCsv = absl::StatusCode::kInvalidArgument;

// Every row, header first; or the first error.
absl::StatusOr<std::vector<std::vector<std::string>>> ReadCsvText(absl::string_view text,
                                                                  const CsvLimits& limits = {}) {
  absl::StatusOr<CsvReader> reader = CsvReader::OverBytes(keys::AsBytes(text), "x.csv", limits);
  if (!reader.ok()) return reader.status();
  std::vector<std::vector<std::string>> rows = {reader->header()};
  for (CsvRow row;;) {
    absl::StatusOr<bool> more = reader->Next(row);
    if (!more.ok()) return more.status();
    if (!*more) return rows;
    rows.push_back(row.cells);
  }
}

TEST(Csv, QuotedCellsKeepCommasQuotesAndLineBreaks) {
  ASSERT_OK_AND_ASSIGN(const auto rows, ReadCsvText("a,b\r\n\"1,2\",\"say \"\"x\"\"\nand y\"\r\n"));
  EXPECT_THAT(rows, ElementsAre(ElementsAre("a", "b"), ElementsAre("1,2", "say \"x\"\nand y")));
}

TEST(Csv, ByteOrderMarkLineFeedsAndMissingLastLineEndAreAccepted) {
  ASSERT_OK_AND_ASSIGN(const auto rows, ReadCsvText("\xEF\xBB\xBF"
                                                    "a,b\n1,2"));
  EXPECT_THAT(rows, ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "2")));
}

TEST(Csv, EmptyCellIsRefusedWithItsLineAndColumn) {
  for (const absl::string_view text :
       {"a,b\n1,2\n3,\n", "a,b\n1,2\n3,\"\"\n", "a,b\n1,2\n3,  \n"}) {
    EXPECT_THAT(ReadCsvText(text),
                StatusIs(kBadCsv, AllOf(HasSubstr("x.csv:3: column 'b'"), HasSubstr("I-22"))));
  }
}

TEST(Csv, LineOfAnErrorCountsBreaksInsideCells) {
  EXPECT_THAT(ReadCsvText("a,b\n\"1\n1\",2\n3,\n"), StatusIs(kBadCsv, HasSubstr("x.csv:4:")));
}

TEST(Csv, WhatIsNoCsvIsCalledByItsName) {
  EXPECT_THAT(ReadCsvText("a;b;c\n1;2;3\n"), StatusIs(kBadCsv, HasSubstr("separated by ';'")));
  EXPECT_THAT(ReadCsvText("a\tb\n1\t2\n"), StatusIs(kBadCsv, HasSubstr("tab")));
  EXPECT_THAT(ReadCsvText(absl::string_view("\xFF\xFE"
                                            "a\0,\0",
                                            6)),
              StatusIs(kBadCsv, HasSubstr("UTF-16")));
  EXPECT_THAT(ReadCsvText(absl::string_view("a\0,\0b\0", 6)),
              StatusIs(kBadCsv, HasSubstr("UTF-16")));
  EXPECT_THAT(ReadCsvText("PK\x03\x04 and more"), StatusIs(kBadCsv, HasSubstr("spreadsheet")));
  EXPECT_THAT(ReadCsvText(""), StatusIs(kBadCsv, HasSubstr("empty")));
}

TEST(Csv, BytesThatAreNotTextAreRefused) {
  EXPECT_THAT(ReadCsvText("a\n\xCF\xF0\xE8\n"), StatusIs(kBadCsv, HasSubstr("not UTF-8")));
  EXPECT_THAT(ReadCsvText("a\n\xED\xA0\x80\n"), StatusIs(kBadCsv, HasSubstr("not UTF-8")));
  EXPECT_THAT(ReadCsvText("a\n\xC0\xAF\n"), StatusIs(kBadCsv, HasSubstr("not UTF-8")));
  EXPECT_THAT(ReadCsvText(absl::string_view("abcdef\n1\0"
                                            "2\n",
                                            11)),
              StatusIs(kBadCsv, HasSubstr("U+0000")));
  EXPECT_THAT(ReadCsvText("a\n1\x1B[2J\n"), StatusIs(kBadCsv, HasSubstr("U+001B")));
  EXPECT_THAT(ReadCsvText("a\n12\xE2\x80\xAE"
                          "34\n"),
              StatusIs(kBadCsv, HasSubstr("U+202E")));
}

TEST(Csv, QuotesInTheWrongPlaceAreRefused) {
  EXPECT_THAT(ReadCsvText("a,b\n1\"2\",3\n"), StatusIs(kBadCsv, HasSubstr("quote inside")));
  EXPECT_THAT(ReadCsvText("a,b\n\"1\"2,3\n"), StatusIs(kBadCsv, HasSubstr("after the closing")));
  EXPECT_THAT(ReadCsvText("a,b\n1,\"2\n3,4\n"),
              StatusIs(kBadCsv, AllOf(HasSubstr("x.csv:2:"), HasSubstr("never closed"))));
  EXPECT_THAT(ReadCsvText("a,b\n1,2\r3,4\n"), StatusIs(kBadCsv, HasSubstr("carriage return")));
}

TEST(Csv, RowsHaveAsManyCellsAsTheHeader) {
  EXPECT_THAT(ReadCsvText("a,b\n1,2,3\n"), StatusIs(kBadCsv, HasSubstr("3 cells")));
  EXPECT_THAT(ReadCsvText("a,b\n1\n"), StatusIs(kBadCsv, HasSubstr("1 cells")));
}

TEST(Csv, LimitsAreNamed) {
  std::string wide = "a";
  for (int i = 0; i < 1'000'000; ++i) wide += ",a";
  EXPECT_THAT(ReadCsvText(wide), StatusIs(kBadCsv, HasSubstr("more than 512 columns")));
  EXPECT_THAT(ReadCsvText(absl::StrCat("a\n", std::string(65'537, 'x'))),
              StatusIs(kBadCsv, HasSubstr("65536 bytes in one cell")));
  EXPECT_THAT(ReadCsvText(absl::StrCat("a\n\"", std::string(70'000, 'x'))),
              StatusIs(kBadCsv, HasSubstr("closing quote missing")));
  EXPECT_THAT(ReadCsvText("a\n1\n2\n3\n", {.rows = 2}),
              StatusIs(kBadCsv, HasSubstr("more than 2 rows")));
  EXPECT_THAT(ReadCsvText("a\n1\n2\n3\n", {.file_bytes = 5}),
              StatusIs(kBadCsv, HasSubstr("more than 5")));
}

TEST(Csv, EveryPrefixIsReadOrRefusedAndNeverReadBeyond) {
  const std::string text = "a,b\r\n\"1\r\n,\"\"\",2\r\nж,4\r\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string cut(text, 0, size);
    (void)ReadCsvText(cut);
  }
  ASSERT_OK_AND_ASSIGN(const auto rows, ReadCsvText(text));
  EXPECT_EQ(rows.size(), 3U);
}

TEST(Csv, SeekGoesBackToARowAcrossBuffers) {
  std::string text = "a,b\n";
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&text, i, ",\"x\ny\"\n");
  ASSERT_OK_AND_ASSIGN(CsvReader reader, CsvReader::OverBytes(keys::AsBytes(text), "x.csv"));
  std::vector<CsvPosition> places;
  CsvRow row;
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const bool more, reader.Next(row));
    if (!more) break;
    places.push_back(row.at);
  }
  ASSERT_EQ(places.size(), 20'000U);
  for (const std::size_t at :
       {std::size_t{19'999}, std::size_t{0}, std::size_t{7}, std::size_t{8}, std::size_t{12'345}}) {
    reader.Seek(places[at]);
    ASSERT_OK_AND_ASSIGN(const bool more, reader.Next(row));
    EXPECT_TRUE(more);
    EXPECT_EQ(row.cells[0], absl::StrCat(at));
    EXPECT_EQ(row.at.line, 2 + 2 * at);
  }
}

TEST(Csv, FormulasAreToldFromNumbers) {
  for (const absl::string_view cell :
       {"=1+1", "@SUM(A1)", "+49 abc", "-cmd", " =1", "-0-85", "+", "\t=1"}) {
    EXPECT_TRUE(LooksLikeFormula(cell)) << cell;
  }
  for (const absl::string_view cell : {"-1.04", "+6,2", "-5°12'", "a=b", "1-2", "-1 200", ""}) {
    EXPECT_FALSE(LooksLikeFormula(cell)) << cell;
  }
}

TEST(Csv, WrittenRowsQuoteOnlyWhereNeededAndRunNoFormula) {
  std::string out;
  const std::array<absl::string_view, 6> cells = {"a",  "b,c",  "say \"x\"",
                                                  "=1", "-1.5", "two\nlines"};
  AppendCsvRow(cells, out);
  EXPECT_EQ(out, "a,\"b,c\",\"say \"\"x\"\"\",'=1,-1.5,\"two\nlines\"\r\n");
}

TEST(Csv, MissingFileIsNotFound) {
  EXPECT_THAT(CsvReader::Open("/nonexistent/x.csv", "x.csv").status(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("x.csv")));
}

}  // namespace
}  // namespace cairn::record
