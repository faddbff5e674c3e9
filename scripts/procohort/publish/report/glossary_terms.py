"""General terms of the page in plain words: what each answers and how it is read.

``{row}``, ``{rows}``, ``{cluster}`` and ``{clusters}`` stand for the study's words.
"""

from __future__ import annotations

Explained = tuple[tuple[str, ...], str]

TERMS: tuple[Explained, ...] = (
    (
        ("p", "p value", "p values", "unadjusted p"),
        "How often chance alone would give a difference at least this large if in truth there were "
        "none. A small p speaks against no difference; it does not say how large or how important "
        "the difference is.",
    ),
    (
        ("p Holm", "p (Holm)", "Holm", "Holm p"),
        "p made stricter because several main questions were asked, so that the chance of even one "
        "false alarm among them stays at the chosen level. It is read like p.",
    ),
    (
        ("p BH", "p (BH)", "BH", "Benjamini and Hochberg", "Benjamini-Hochberg"),
        "p made stricter because many further questions were asked. Among the answers it calls "
        "small, only a small share is expected to be a false alarm; they remain exploratory.",
    ),
    (
        ("CI", "confidence interval", "confidence intervals", "confidence limits", "limits"),
        "The range of true values that fits the data. Made again and again in new studies, such "
        "ranges would contain the true value as often as their level says. A wide range means "
        "that little is known.",
    ),
    (
        ("confidence level",),
        "How often intervals made in this way would contain the true value if the study were "
        "repeated many times.",
    ),
    (
        ("IQR", "quartiles", "interquartile range"),
        "The first and the third quartile: the middle half of the values lies between them.",
    ),
    (
        ("median",),
        "The value in the middle: half of the values are smaller, half are larger. A few extreme "
        "values hardly move it.",
    ),
    (("mean",), "The average of the values. A few extreme values can move it far."),
    (
        ("SD", "standard deviation"),
        "How far single values typically lie from their mean, in the unit of the values.",
    ),
    (
        ("ICC", "intraclass correlation", "intraclass correlations"),
        "How alike the {rows} of one {cluster} are. At 0 they are no more alike than those of "
        "different {clusters}; at 1 they are all the same, and each {cluster} tells only one "
        "thing.",
    ),
    (
        ("design effect", "design effects"),
        "By how much the likeness of {rows} of one {cluster} multiplies the variance. At 1 nothing "
        "is lost; at 3 the {rows} tell as much as a third of their number would if all were "
        "independent.",
    ),
    (
        ("effective n", "effective sample size"),
        "How many independent {rows} would tell as much as these: their number divided by the "
        "design effect.",
    ),
    (
        ("unit of analysis",),
        "What is counted once in an answer: the {row} or the {cluster}.",
    ),
    (
        ("unit of sampling",),
        "What entered the study as a whole and independently of the others: the {cluster}, with "
        "all its {rows}.",
    ),
    (
        ("as published",),
        "The answer by the usual methods of the field, which take all {rows} as independent of "
        "each other ({clusters}, where each counts once).",
    ),
    (
        ("cluster-aware",),
        "The answer by methods that know that {rows} of one {cluster} resemble each other, so that "
        "ten {rows} of one {cluster} tell less than one of each of ten.",
    ),
    (
        ("descriptive",),
        "A description of the tables at hand; nothing is concluded for anybody else.",
    ),
    (
        ("confirmatory family", "confirmatory"),
        "The main questions, named in the settings. Their p values are adjusted together (Holm).",
    ),
    (
        ("exploratory",),
        "A question beside the main ones. Its answer suggests what to study next rather than "
        "settling anything.",
    ),
    (
        ("headline",),
        "The answer that stands for its perspective in tables and figures.",
    ),
    (
        ("refused",),
        "The method needs more than these tables hold, such as more events, so it gives no answer "
        "instead of a misleading one. The note says what is missing.",
    ),
    (
        ("not estimable",),
        "These tables hold nothing from which the number could be worked out, for example because "
        "nothing happened in one group.",
    ),
    (
        ("specification", "specifications"),
        "One way of answering the question: one choice in each decision that could have been taken "
        "otherwise. Answers that agree over many of them do not hang on a single choice.",
    ),
    (
        ("multiverse", "alternatives"),
        "The same question answered under every combination of the declared choices.",
    ),
    (
        ("sensitivity",),
        "Whether an answer stays when a method, a choice or a single {cluster} is changed.",
    ),
    (
        ("tipping ICC",),
        "How alike the {rows} of one {cluster} would have to be for the conclusion at the 5 % "
        "level to turn. If the tables show more likeness than that, the conclusion does not hold.",
    ),
    (
        ("p at this ICC",),
        "What p becomes when the {rows} of one {cluster} are as alike as the tables show.",
    ),
    (
        ("equal sizes",),
        "As if every {cluster} had the same number of {rows}, because texts seldom print how many "
        "each has.",
    ),
    (
        ("in the published direction",),
        "How many of the answers lie on the same side of no difference as the published one.",
    ),
    (
        ("Kenward-Roger",),
        "A correction for few {clusters}: it keeps a model from being surer than the data allow.",
    ),
    (
        ("Satterthwaite",),
        "A way to find how much information stands behind an estimate when variances are "
        "estimated too; it keeps tests honest with few {clusters}.",
    ),
    (
        ("REML", "restricted maximum likelihood"),
        "The usual way to estimate in a model how much {clusters} differ from each other and how "
        "much {rows} differ within one {cluster}.",
    ),
    (
        ("random-intercept model", "random intercept"),
        "A model that gives each {cluster} its own level, so that differences between {clusters} "
        "are not mistaken for differences between {rows}.",
    ),
    (
        ("permutation", "permutations", "permuted"),
        "Labels are shuffled many times; p is how often shuffling alone gives a difference as "
        "large as the one seen. Shuffling whole {clusters} or only within each {cluster} keeps "
        "what belongs together together.",
    ),
    (
        ("Monte Carlo error", "Monte Carlo standard error"),
        "How much a number could move if the random draws were made again with another seed.",
    ),
    (
        ("resamples", "resampling", "random draws"),
        "How often data were drawn or shuffled anew at random to find a p or an interval.",
    ),
    (
        ("seed",),
        "The starting number of the random draws. The same seed gives the same result.",
    ),
    (
        ("MOVER",),
        "A way to get an interval for a difference from the intervals of its two parts.",
    ),
    (
        ("CR2 errors", "CR2"),
        "Standard errors that allow for likeness within {clusters} and are corrected for few "
        "{clusters}.",
    ),
    (
        ("HC3 errors", "HC3"),
        "Standard errors that stay right when one group varies more than another.",
    ),
    (("df", "degrees of freedom"), "How much information stands behind a test; more is surer."),
    (
        ("statistic",),
        "The number that the method works out from the data and turns into p.",
    ),
    (
        ("pp", "percentage points"),
        "The difference of two percentages: from 2 % to 5 % are 3 percentage points.",
    ),
    (
        ("prediction interval",),
        "Where the result of a further series like these would be expected to lie; wider than the "
        "confidence interval of the mean when series differ.",
    ),
    (
        ("responder", "responders"),
        "A {cluster} whose change reaches the step that the settings call a response.",
    ),
    (
        ("missing at random",),
        "Given the recorded values, whether a value is missing does not depend on that value.",
    ),
    (
        ("quarantine", "quarantined"),
        "{Rows} that break a rule of the study are set apart with the reason, and are not "
        "analysed.",
    ),
    (
        ("reconstructed", "reconstructed data"),
        "Tables made so that they show the printed figures. They are not the data of people, and "
        "a printed figure that they show is not thereby confirmed.",
    ),
    (
        ("by construction",),
        "The tables were made to show this figure, so that showing it proves nothing.",
    ),
    (("reproduced",), "The data of the study show the printed figure, to its printed digits."),
    (("consistent",), "Reconstructed tables show the figure although they were not made to."),
    (("differs",), "The data show another figure than the printed one."),
    (
        ("impossible as printed",),
        "The printed figures contradict each other, whatever the data are.",
    ),
    (("not testable",), "No result of this run can confirm or refute the statement."),
    (
        ("reading", "readings"),
        "One of several ways in which the source can be understood; the run follows one of them.",
    ),
    (("rate (k/n)", "share (k/n)", "k/n"), "How often it happened, of how many it could have."),
    (
        ("change",),
        "The value at a visit less the value of the same {cluster} before; below zero it fell.",
    ),
)
