"""The literature that the methods page cites, by the key that texts use."""

from __future__ import annotations

REFERENCES: dict[str, str] = {
    "agresti_caffo_2000": (
        "Agresti A, Caffo B. Simple and effective confidence intervals for proportions and "
        "differences of proportions result from adding two successes and two failures. "
        "Am Stat 2000;54:280-8."
    ),
    "altman_bland_1997": (
        "Altman DG, Bland JM. Statistics notes: units of analysis. BMJ 1997;314:1874."
    ),
    "anaya_2016": (
        "Anaya J. The GRIMMER test: a method for testing the validity of reported measures of "
        "variability. PeerJ Prepr 2016;4:e2400v1."
    ),
    "bakdash_marusich_2017": (
        "Bakdash JZ, Marusich LR. Repeated measures correlation. Front Psychol 2017;8:456."
    ),
    "bell_mccaffrey_2002": (
        "Bell RM, McCaffrey DF. Bias reduction in standard errors for linear regression with "
        "multi-stage samples. Surv Methodol 2002;28:169-81."
    ),
    "belsley_1980": (
        "Belsley DA, Kuh E, Welsch RE. Regression diagnostics. New York: Wiley; 1980."
    ),
    "benjamini_hochberg_1995": (
        "Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful "
        "approach to multiple testing. J R Stat Soc B 1995;57:289-300."
    ),
    "bland_altman_1995a": (
        "Bland JM, Altman DG. Calculating correlation coefficients with repeated observations: "
        "part 1, correlation within subjects. BMJ 1995;310:446."
    ),
    "bland_altman_1995b": (
        "Bland JM, Altman DG. Calculating correlation coefficients with repeated observations: "
        "part 2, correlation between subjects. BMJ 1995;310:633."
    ),
    "bonett_wright_2000": (
        "Bonett DG, Wright TA. Sample size requirements for estimating Pearson, Kendall and "
        "Spearman correlations. Psychometrika 2000;65:23-8."
    ),
    "brown_heathers_2017": (
        "Brown NJL, Heathers JAJ. The GRIM test: a simple technique detects numerous anomalies in "
        "the reporting of results in psychology. Soc Psychol Personal Sci 2017;8:363-9."
    ),
    "cioms_1999": (
        "CIOMS Working Groups III and V. Guidelines for preparing core clinical-safety information "
        "on drugs. 2nd ed. Geneva: Council for International Organizations of Medical Sciences; "
        "1999."
    ),
    "cliff_1996": (
        "Cliff N. Ordinal methods for behavioral data analysis. Mahwah: Lawrence Erlbaum; 1996."
    ),
    "clopper_pearson_1934": (
        "Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case "
        "of the binomial. Biometrika 1934;26:404-13."
    ),
    "cochran_1977": ("Cochran WG. Sampling techniques. 3rd ed. New York: Wiley; 1977."),
    "cornfield_1956": (
        "Cornfield J. A statistical problem arising from retrospective studies. Proc Third "
        "Berkeley Symp Math Stat Probab 1956;4:135-48."
    ),
    "datta_satten_2005": (
        "Datta S, Satten GA. Rank-sum tests for clustered data. J Am Stat Assoc 2005;100:908-15."
    ),
    "davison_hinkley_1997": (
        "Davison AC, Hinkley DV. Bootstrap methods and their application. Cambridge: Cambridge "
        "University Press; 1997."
    ),
    "donner_klar_2000": (
        "Donner A, Klar N. Design and analysis of cluster randomization trials in health "
        "research. London: Arnold; 2000."
    ),
    "dunn_1964": ("Dunn OJ. Multiple comparisons using rank sums. Technometrics 1964;6:241-52."),
    "efron_tibshirani_1993": (
        "Efron B, Tibshirani RJ. An introduction to the bootstrap. New York: Chapman & Hall; 1993."
    ),
    "firth_1993": (
        "Firth D. Bias reduction of maximum likelihood estimates. Biometrika 1993;80:27-38."
    ),
    "fisher_1932": (
        "Fisher RA. Statistical methods for research workers. 4th ed. Edinburgh: Oliver and "
        "Boyd; 1932."
    ),
    "freeman_halton_1951": (
        "Freeman GH, Halton JH. Note on an exact treatment of contingency, goodness of fit and "
        "other problems of significance. Biometrika 1951;38:141-9."
    ),
    "gart_1970": (
        "Gart JJ. Point and interval estimation of the common odds ratio in the combination of "
        "2 x 2 tables with fixed marginals. Biometrika 1970;57:471-5."
    ),
    "hamza_2008": (
        "Hamza TH, van Houwelingen HC, Stijnen T. The binomial distribution of meta-analysis "
        "was preferred to model within-study variability. J Clin Epidemiol 2008;61:41-51."
    ),
    "hartung_knapp_2001": (
        "Hartung J, Knapp G. A refined method for the meta-analysis of controlled clinical "
        "trials with binary outcome. Stat Med 2001;20:3875-89."
    ),
    "heinze_schemper_2002": (
        "Heinze G, Schemper M. A solution to the problem of separation in logistic regression. "
        "Stat Med 2002;21:2409-19."
    ),
    "hedges_2007": (
        "Hedges LV. Correcting a significance test for clustering. "
        "J Educ Behav Stat 2007;32:151-79."
    ),
    "higgins_2009": (
        "Higgins JPT, Thompson SG, Spiegelhalter DJ. A re-evaluation of random-effects meta- "
        "analysis. J R Stat Soc A 2009;172:137-59."
    ),
    "hodges_lehmann_1963": (
        "Hodges JL, Lehmann EL. Estimates of location based on rank tests. Ann Math Stat "
        "1963;34:598-611."
    ),
    "hollander_wolfe_1973": (
        "Hollander M, Wolfe DA. Nonparametric statistical methods. New York: Wiley; 1973."
    ),
    "holm_1979": (
        "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat "
        "1979;6:65-70."
    ),
    "horowitz_manski_2000": (
        "Horowitz JL, Manski CF. Nonparametric analysis of randomized experiments with missing "
        "covariate and outcome data. J Am Stat Assoc 2000;95:77-84."
    ),
    "jennrich_schluchter_1986": (
        "Jennrich RI, Schluchter MD. Unbalanced repeated-measures models with structured "
        "covariance matrices. Biometrics 1986;42:805-20."
    ),
    "kenward_roger_1997": (
        "Kenward MG, Roger JH. Small sample inference for fixed effects from restricted maximum "
        "likelihood. Biometrics 1997;53:983-97."
    ),
    "kish_1965": "Kish L. Survey sampling. New York: Wiley; 1965.",
    "korn_graubard_1998": (
        "Korn EL, Graubard BI. Confidence intervals for proportions with small expected number of "
        "positive counts estimated from survey data. Surv Methodol 1998;24:193-201."
    ),
    "kruskal_wallis_1952": (
        "Kruskal WH, Wallis WA. Use of ranks in one-criterion variance analysis. J Am Stat Assoc "
        "1952;47:583-621."
    ),
    "kuznetsova_2017": (
        "Kuznetsova A, Brockhoff PB, Christensen RHB. lmerTest package: tests in linear mixed "
        "effects models. J Stat Softw 2017;82(13):1-26."
    ),
    "laird_ware_1982": (
        "Laird NM, Ware JH. Random-effects models for longitudinal data. Biometrics 1982;38:963-74."
    ),
    "lehmann_1975": (
        "Lehmann EL. Nonparametrics: statistical methods based on ranks. San Francisco: "
        "Holden-Day; 1975."
    ),
    "liang_zeger_1986": (
        "Liang K-Y, Zeger SL. Longitudinal data analysis using generalized linear models. "
        "Biometrika 1986;73:13-22."
    ),
    "mackinnon_white_1985": (
        "MacKinnon JG, White H. Some heteroskedasticity-consistent covariance matrix estimators "
        "with improved finite sample properties. J Econom 1985;29:305-25."
    ),
    "mallinckrodt_2001": (
        "Mallinckrodt CH, Clark WS, David SR. Accounting for dropout bias using mixed-effects "
        "models. J Biopharm Stat 2001;11:9-21."
    ),
    "mancl_derouen_2001": (
        "Mancl LA, DeRouen TA. A covariance estimator for GEE with improved small-sample "
        "properties. Biometrics 2001;57:126-34."
    ),
    "mann_whitney_1947": (
        "Mann HB, Whitney DR. On a test of whether one of two random variables is stochastically "
        "larger than the other. Ann Math Stat 1947;18:50-60."
    ),
    "mehta_patel_gray_1985": (
        "Mehta CR, Patel NR, Gray R. Computing an exact confidence interval for the common odds "
        "ratio in several 2 x 2 contingency tables. J Am Stat Assoc 1985;80:969-73."
    ),
    "miettinen_nurminen_1985": (
        "Miettinen O, Nurminen M. Comparative analysis of two rates. Stat Med 1985;4:213-26."
    ),
    "molenberghs_2004": (
        "Molenberghs G, Thijs H, Jansen I, et al. Analyzing incomplete longitudinal clinical trial "
        "data. Biostatistics 2004;5:445-64."
    ),
    "moore_1966": "Moore RE. Interval analysis. Englewood Cliffs: Prentice-Hall; 1966.",
    "moulton_1986": (
        "Moulton BR. Random group effects and the precision of regression estimates. "
        "J Econom 1986;32:385-97."
    ),
    "mundlak_1978": (
        "Mundlak Y. On the pooling of time series and cross section data. Econometrica "
        "1978;46:69-85."
    ),
    "newcombe_1998": (
        "Newcombe RG. Interval estimation for the difference between independent proportions: "
        "comparison of eleven methods. Stat Med 1998;17:873-90."
    ),
    "obuchowski_1997": (
        "Obuchowski NA. Nonparametric analysis of clustered ROC curve data. Biometrics "
        "1997;53:567-78."
    ),
    "paule_mandel_1982": (
        "Paule RC, Mandel J. Consensus values and weighting factors. J Res Natl Bur Stand "
        "1982;87:377-85."
    ),
    "pawitan_2001": "Pawitan Y. In all likelihood. Oxford: Oxford University Press; 2001.",
    "pearson_1900": (
        "Pearson K. On the criterion that a given system of deviations from the probable in the "
        "case of a correlated system of variables is such that it can be reasonably supposed to "
        "have arisen from random sampling. Philos Mag 1900;50:157-75."
    ),
    "peduzzi_1996": (
        "Peduzzi P, Concato J, Kemper E, Holford TR, Feinstein AR. A simulation study of the "
        "number of events per variable in logistic regression analysis. J Clin Epidemiol "
        "1996;49:1373-9."
    ),
    "peters_2006": (
        "Peters JL, Sutton AJ, Jones DR, Abrams KR, Rushton L. Comparison of two methods to "
        "detect publication bias in meta-analysis. JAMA 2006;295:676-80."
    ),
    "pinheiro_bates_1995": (
        "Pinheiro JC, Bates DM. Approximations to the log-likelihood function in the nonlinear "
        "mixed-effects model. J Comput Graph Stat 1995;4:12-35."
    ),
    "pratt_1959": (
        "Pratt JW. Remarks on zeros and ties in the Wilcoxon signed rank procedures. J Am Stat "
        "Assoc 1959;54:655-67."
    ),
    "pustejovsky_tipton_2018": (
        "Pustejovsky JE, Tipton E. Small-sample methods for cluster-robust variance estimation "
        "and hypothesis testing in fixed effects models. J Bus Econ Stat 2018;36:672-83."
    ),
    "rao_scott_1984": (
        "Rao JNK, Scott AJ. On chi-squared tests for multiway contingency tables with cell "
        "proportions estimated from survey data. Ann Stat 1984;12:46-60."
    ),
    "rosner_glynn_lee_2003": (
        "Rosner B, Glynn RJ, Lee M-LT. Incorporation of clustering effects for the Wilcoxon rank "
        "sum test: a large-sample approach. Biometrics 2003;59:1089-98."
    ),
    "satterthwaite_1946": (
        "Satterthwaite FE. An approximate distribution of estimates of variance components. "
        "Biometrics Bull 1946;2:110-4."
    ),
    "schwarzer_2019": (
        "Schwarzer G, Chemaitelly H, Abu-Raddad LJ, Rücker G. Seriously misleading results "
        "using inverse of Freeman-Tukey double arcsine transformation in meta-analysis of "
        "single proportions. Res Synth Methods 2019;10:476-83."
    ),
    "scott_holt_1982": (
        "Scott AJ, Holt D. The effect of two-stage sampling on ordinary least squares methods. "
        "J Am Stat Assoc 1982;77:848-54."
    ),
    "searle_1971": "Searle SR. Linear models. New York: Wiley; 1971.",
    "simonsohn_2020": (
        "Simonsohn U, Simmons JP, Nelson LD. Specification curve analysis. Nat Hum Behav "
        "2020;4:1208-14."
    ),
    "spearman_1904": (
        "Spearman C. The proof and measurement of association between two things. Am J Psychol "
        "1904;15:72-101."
    ),
    "steegen_2016": (
        "Steegen S, Tuerlinckx F, Gelman A, Vanpaemel W. Increasing transparency through a "
        "multiverse analysis. Perspect Psychol Sci 2016;11:702-12."
    ),
    "sterne_2011": (
        "Sterne JAC, Sutton AJ, Ioannidis JPA, et al. Recommendations for examining and "
        "interpreting funnel plot asymmetry in meta-analyses of randomised controlled trials. "
        "BMJ 2011;343:d4002."
    ),
    "stijnen_2010": (
        "Stijnen T, Hamza TH, Özdemir P. Random effects meta-analysis of event outcome in the "
        "framework of the generalized linear mixed model with applications in sparse data. Stat "
        "Med 2010;29:3046-67."
    ),
    "strasser_weber_1999": (
        "Strasser H, Weber C. On the asymptotic theory of permutation statistics. Math Methods "
        "Stat 1999;8:220-50."
    ),
    "streitberg_roehmel_1986": (
        "Streitberg B, Röhmel J. Exact distributions for permutation and rank tests: an "
        "introduction to some recently published algorithms. Stat Softw Newsl 1986;12:10-7."
    ),
    "strobe_2007": (
        "von Elm E, Altman DG, Egger M, et al. The Strengthening the Reporting of Observational "
        "Studies in Epidemiology (STROBE) statement: guidelines for reporting observational "
        "studies. PLoS Med 2007;4:e296."
    ),
    "student_1908": ("Student. The probable error of a mean. Biometrika 1908;6:1-25."),
    "thomas_hultquist_1978": (
        "Thomas JD, Hultquist RA. Interval estimation for the unbalanced case of the one-way "
        "random effects model. Ann Stat 1978;6:582-7."
    ),
    "thomas_rao_1987": (
        "Thomas DR, Rao JNK. Small-sample comparisons of level and power for simple "
        "goodness-of-fit statistics under cluster sampling. J Am Stat Assoc 1987;82:630-6."
    ),
    "van_elteren_1960": (
        "van Elteren P. On the combination of independent two sample tests of Wilcoxon. Bull Int "
        "Stat Inst 1960;37:351-61."
    ),
    "vickers_altman_2001": (
        "Vickers AJ, Altman DG. Statistics notes: analysing controlled trials with baseline and "
        "follow up measurements. BMJ 2001;323:1123-4."
    ),
    "welch_1947": (
        "Welch BL. The generalization of 'Student's' problem when several different population "
        "variances are involved. Biometrika 1947;34:28-35."
    ),
    "wilcoxon_1945": (
        "Wilcoxon F. Individual comparisons by ranking methods. Biometrics Bull 1945;1:80-3."
    ),
    "williamson_2003": (
        "Williamson JM, Datta S, Satten GA. Marginal analyses of clustered data when cluster size "
        "is informative. Biometrics 2003;59:36-42."
    ),
    "wilson_1927": (
        "Wilson EB. Probable inference, the law of succession, and statistical inference. J Am "
        "Stat Assoc 1927;22:209-12."
    ),
    "zou_donner_2008": (
        "Zou GY, Donner A. Construction of confidence limits about effect measures: a general "
        "approach. Stat Med 2008;27:1693-702."
    ),
}
