"""Words of the synthetic papers: mines and fuzes as they are written, made-up units and places.

Every name says that it is made up ("учебный" is Russian for an exercise).
"""


class Model:
    def __init__(self, written, other, category, fuzes, spacing_dm, gap_m, rows, burial_cm,
                 anti_handling=()):
        self.written = written            # Cyrillic, as on the paper.
        self.other = other                # The same in Latin letters or with another hyphen.
        self.category = category          # Key of CATEGORIES.
        self.fuzes = fuzes
        self.spacing_dm = spacing_dm      # Step in the row, decimetres: lowest and highest.
        self.gap_m = gap_m                # Between rows.
        self.rows = rows
        self.burial_cm = burial_cm
        self.anti_handling = anti_handling


CATEGORIES = {"at": "ПТМ", "ap_blast": "ППМ", "booby_trap": "booby_trap"}

# Densities follow from rows and step: anti-tank 550 to 750 a kilometre of front, blast
# anti-personnel 2,000 to 3,000.
MODELS_AT = (
    Model("ТМ-62М", "TM-62M", "at", ("МВЧ-62",), (54, 58), (20, 36), (4,), 10, ("МС-3",)),
    Model("ТМ-57", "TM-57", "at", ("МВЗ-57",), (42, 52), (20, 36), (3,), 10, ("МЛ-7",)),
    Model("ТМ-62П3", "TM-62P3", "at", ("МВП-62",), (54, 58), (20, 36), (4,), 8),
)
MODELS_AP = (
    Model("ПМН", "PMN", "ap_blast", ("встроенный",), (20, 24), (5, 9), (5, 6), 2),
    Model("ПМН-2", "PMN-2", "ap_blast", ("встроенный",), (20, 24), (5, 9), (5, 6), 3),
    Model("ПМД-6", "PMD-6", "ap_blast", ("МУВ",), (20, 24), (5, 9), (5, 6), 2),
)


def category_of_model(written):
    """Category of a model as written; None if no model is written there."""
    for model in MODELS_AT + MODELS_AP:
        if written in (model.written, model.other):
            return model.category
    return {"МС-3": "booby_trap", WITHOUT_TRAPS: "at"}.get(written)


# A model without place for an anti-handling device; no form has it but by a fault.
WITHOUT_TRAPS = "ТМ-46"


def fuzes_of_model(written):
    """Fuses that can be in a model, as written; None if no model is written there."""
    for model in MODELS_AT + MODELS_AP:
        if written in (model.written, model.other):
            return model.fuzes
    return {"МС-3": ("встроенный",), WITHOUT_TRAPS: ("МВМ",)}.get(written)


LANDMARKS = (
    ("geodetic_point", "геодезический пункт, бетонный пилон № {n}"),
    ("road_junction", "развилка грунтовых дорог у отметки {n}"),
    ("bridge", "северо-восточный угол каменного моста, км {n}"),
    ("building_corner", "юго-западный угол насосной станции № {n}"),
    ("summit", "вершина с отметкой {n}"),
    ("tree", "отдельно стоящее дерево № {n} у арыка"),
)

PLACE = "{m} м {side} насосной станции учебного селения № {n}"
SIDES = ("севернее", "южнее", "восточнее", "западнее")

RUSSIAN = {"aghdam": "Агдам", "fuzuli": "Физули", "zangilan": "Зангелан", "jabrayil": "Джебраил",
           "kalbajar": "Кельбаджар", "gubadli": "Кубатлы", "khojavand": "Ходжавенд",
           "tartar": "Тертер", "goranboy": "Геранбой", "lachin": "Лачин"}

DISTRICTS = ("aghdam", "fuzuli", "zangilan", "jabrayil", "kalbajar", "lachin", "gubadli",
             "khojavand", "tartar", "goranboy")
