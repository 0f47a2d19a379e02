#include "audit/record/cell.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/record/csv.h"
#include "audit/record/normalise.h"
#include "audit/record/text.h"

namespace cairn::record {
namespace {

enum class TextBehind { kNone, kAllowed, kNeeded };

struct CellState {
  absl::string_view name;
  v1::Presence presence;
  TextBehind text;
};

constexpr std::array<CellState, 9> kCellStates = {{
    {"blank", v1::PRESENCE_BLANK, TextBehind::kNone},
    {"illegible", v1::PRESENCE_ILLEGIBLE, TextBehind::kAllowed},
    {"no box", v1::PRESENCE_NO_BOX, TextBehind::kNone},
    {"not applicable", v1::PRESENCE_NOT_APPLICABLE, TextBehind::kAllowed},
    {"withheld", v1::PRESENCE_WITHHELD, TextBehind::kNone},
    {"unknown to holder", v1::PRESENCE_UNKNOWN_TO_HOLDER, TextBehind::kNone},
    {"default", v1::PRESENCE_DEFAULTED, TextBehind::kAllowed},
    {"not transcribed", v1::PRESENCE_NOT_TRANSCRIBED, TextBehind::kNone},
    {"as written", v1::PRESENCE_VALUE, TextBehind::kNeeded},
}};

struct GroundName {
  absl::string_view name;
  v1::WithholdingGround ground;
};
constexpr std::array<GroundName, 5> kGroundNames = {{
    {"own forces", v1::WITHHOLDING_GROUND_OWN_FORCES},
    {"security", v1::WITHHOLDING_GROUND_SECURITY},
    {"personal data", v1::WITHHOLDING_GROUND_PERSONAL_DATA},
    {"third party", v1::WITHHOLDING_GROUND_THIRD_PARTY},
    {"other", v1::WITHHOLDING_GROUND_OTHER},
}};

struct EndName {
  absl::string_view name;
  v1::WithholdingEnd end;
};
constexpr std::array<EndName, 3> kEndNames = {{
    {"withdrawal", v1::WITHHOLDING_END_WITHDRAWAL},
    {"agreement", v1::WITHHOLDING_END_AGREEMENT},
    {"other", v1::WITHHOLDING_END_OTHER},
}};

constexpr absl::string_view kKnownStates =
    "[as written] [blank] [illegible] [no box] [not applicable] [withheld: GROUND; END] "
    "[unknown to holder] [default] [not transcribed]";

absl::StatusOr<v1::Withholding> ParseWithholding(absl::string_view text) {
  const std::size_t semicolon = text.find(';');
  if (semicolon == absl::string_view::npos) {
    return absl::InvalidArgumentError("write [withheld: GROUND; END], with both");
  }
  v1::Withholding out;
  const std::string ground = WordKey(text.substr(0, semicolon));
  for (const GroundName& known : kGroundNames) {
    if (ground == known.name) out.set_ground(known.ground);
  }
  if (out.ground() == v1::WITHHOLDING_GROUND_UNSPECIFIED) {
    return absl::InvalidArgumentError(
        "the ground of a withholding is one of own forces, security, personal data, third party, "
        "other");
  }
  const std::string end = WordKey(text.substr(semicolon + 1));
  for (const EndName& known : kEndNames) {
    if (end == known.name) out.set_end(known.end);
  }
  if (out.end() != v1::WITHHOLDING_END_UNSPECIFIED) return out;
  absl::StatusOr<DateValue> date = ParseDate(end);
  if (!date.ok() || date->precision != v1::DATE_PRECISION_DAY) {
    return absl::InvalidArgumentError(
        "a withholding ends on a date (2030-01-31) or with withdrawal, agreement or other");
  }
  out.set_end(v1::WITHHOLDING_END_DATE);
  out.set_end_day(date->day);
  return out;
}

absl::StatusOr<Cell> ParseState(absl::string_view inside, absl::string_view behind) {
  const std::size_t colon = inside.find(':');
  const std::string name = WordKey(inside.substr(0, colon));
  for (const CellState& state : kCellStates) {
    if (name != state.name) continue;
    Cell cell;
    cell.presence = state.presence;
    if (state.presence == v1::PRESENCE_WITHHELD) {
      const absl::string_view rest =
          colon == absl::string_view::npos ? absl::string_view() : inside.substr(colon + 1);
      absl::StatusOr<v1::Withholding> withholding = ParseWithholding(rest);
      if (!withholding.ok()) return withholding.status();
      cell.withholding = *std::move(withholding);
    } else if (colon != absl::string_view::npos) {
      return absl::InvalidArgumentError(absl::StrCat("[", name, "] takes nothing after a colon"));
    }
    behind = TrimText(behind);
    if (state.text == TextBehind::kNone && !behind.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("no text may follow [", name, "]"));
    }
    if (state.text == TextBehind::kNeeded && behind.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("text must follow [", name, "]"));
    }
    cell.as_written = state.presence == v1::PRESENCE_VALUE;
    cell.text = std::string(behind);
    return cell;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown state in brackets; known are ", kKnownStates));
}

absl::StatusOr<Cell> ParseWordOrState(absl::string_view text, absl::string_view value_word,
                                      absl::string_view none_word) {
  const std::string word = WordKey(text);
  Cell cell;
  if (word == value_word) {
    cell.presence = v1::PRESENCE_VALUE;
    return cell;
  }
  if (!none_word.empty() && word == none_word) {
    cell.presence = v1::PRESENCE_NOT_APPLICABLE;
    return cell;
  }
  absl::StatusOr<Cell> state = ParseCell(text);
  if (!state.ok()) return state;
  if (state->presence == v1::PRESENCE_VALUE) {
    return absl::InvalidArgumentError(absl::StrCat("write '", value_word, "'",
                                                   none_word.empty() ? "" : ", 'none'",
                                                   " or a state in brackets"));
  }
  return state;
}

std::string WithholdingText(const v1::Withholding& withholding) {
  std::string out = "[withheld: ";
  for (const GroundName& known : kGroundNames) {
    if (withholding.ground() == known.ground) absl::StrAppend(&out, known.name);
  }
  absl::StrAppend(&out, "; ");
  if (withholding.end() == v1::WITHHOLDING_END_DATE) {
    DateValue date;
    date.precision = v1::DATE_PRECISION_DAY;
    date.day = withholding.end_day();
    absl::StrAppend(&out, DateText(date));
  }
  for (const EndName& known : kEndNames) {
    if (withholding.end() == known.end) absl::StrAppend(&out, known.name);
  }
  return out + "]";
}

}  // namespace

absl::StatusOr<Cell> ParseCell(absl::string_view text) {
  if (std::string fault = TextFault(text, true); !fault.empty()) {
    return absl::InvalidArgumentError(fault);
  }
  const absl::string_view trimmed = TrimText(text);
  if (trimmed.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the cell is empty; write text or one of ", kKnownStates, " (check I-22)"));
  }
  if (LooksLikeFormula(trimmed)) {
    return absl::InvalidArgumentError(
        "a spreadsheet would run this as a formula; if the paper really says so, write "
        "[as written] before it");
  }
  if (trimmed[0] == '[') {
    const std::size_t close = trimmed.find(']');
    if (close == absl::string_view::npos) {
      return absl::InvalidArgumentError("a bracket is opened and not closed");
    }
    return ParseState(trimmed.substr(1, close - 1), trimmed.substr(close + 1));
  }
  Cell cell;
  cell.presence = v1::PRESENCE_VALUE;
  cell.text = std::string(text);
  return cell;
}

absl::StatusOr<Cell> ParseListCell(absl::string_view text) {
  return ParseWordOrState(text, "listed", "none");
}

absl::StatusOr<Cell> ParseNamedCell(absl::string_view text) {
  return ParseWordOrState(text, "named", "");
}

absl::string_view PresenceName(v1::Presence presence) {
  if (presence == v1::PRESENCE_VALUE) return "value";
  for (const CellState& state : kCellStates) {
    if (state.presence == presence) return state.name;
  }
  return "unspecified";
}

std::string CellText(const v1::Leaf& leaf) {
  if (leaf.presence() == v1::PRESENCE_VALUE) {
    // Text that would not be read back as text is marked.
    const absl::string_view trimmed = TrimText(leaf.raw());
    const bool plain = !trimmed.empty() && trimmed[0] != '[' && !LooksLikeFormula(trimmed);
    return plain ? leaf.raw() : absl::StrCat("[as written] ", leaf.raw());
  }
  if (leaf.presence() == v1::PRESENCE_WITHHELD) return WithholdingText(leaf.withholding());
  return absl::StrCat("[", PresenceName(leaf.presence()), "]", leaf.raw().empty() ? "" : " ",
                      leaf.raw());
}

}  // namespace cairn::record
