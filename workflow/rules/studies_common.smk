# Which studies of this house have been run: their scorecards, and where a page in
# results/ finds them.

import os

OWN_SCORECARD = Path("results/scorecard.json")
SCORECARDS = [
    Path(os.path.relpath(card)).as_posix()
    for card in [
        HOUSE / OWN_SCORECARD,
        *sorted(HOUSE.glob(f"studies/*/{OWN_SCORECARD}")),
    ]
    if card.is_file() or card.resolve() == OWN_SCORECARD.resolve()
]
SCORECARD_PLACES = [
    Path(os.path.relpath(Path(card).parent, "results")).as_posix()
    for card in SCORECARDS
]
