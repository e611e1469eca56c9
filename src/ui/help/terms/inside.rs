use super::{Term, term};

/// What is seen of a network.
#[rustfmt::skip]
pub const TERMS: &[Term] = &[
    term("decision boundary", &["boundary", "decision boundaries"], "The line in the plane of two features on which the answer changes from one class to another. Colours show the answer everywhere, their strength how sure it is.", "", &["linear separability", "probability", "hidden layer", "slice"]),
    term("contour", &["contour line"], "A line along which a value stays the same, as on a map; here, where the probability is one half.", "", &["decision boundary", "probability"]),
    term("slice", &["cross-section"], "A picture of many features can show two of them; the others are held at fixed values. Elsewhere the network may answer otherwise.", "", &["decision boundary", "principal component analysis"]),
    term("activation map", &["activation maps", "neuron map"], "How strongly a neuron answers at each place of the plane of two features. In the first layer these are straight edges, deeper they become curved regions.", "", &["activation", "neuron", "decision boundary"]),
    term("feature map", &["feature maps"], "The image that one kernel makes of the layer before it: bright where its pattern was found.", "", &["convolution", "kernel", "channel"]),
    term("saliency", &["saliency map", "input gradient"], "How strongly the decision would change if a pixel changed: the gradient of the class's logit by the input. It shows where a network looks, not why.", "saliency = |∂z(class) / ∂x|", &["gradient", "logit", "feature map"]),
    term("max-activating samples", &["max-activating", "most exciting samples"], "The samples that make a neuron or a channel answer most strongly. What they have in common hints at what it looks for.", "", &["activation", "feature map", "neuron"]),
    term("dead neuron", &["dead neurons", "dying ReLU"], "A neuron whose activation is zero for every sample. With ReLU it then has no gradient and never comes back.", "", &["ReLU", "leaky ReLU", "learning rate"]),
    term("weight histogram", &["histogram", "distribution of weights"], "How many weights have which size. It shows whether weights grow, stay near zero, or fall into groups.", "", &["weight", "initialisation", "L2 penalty"]),
    term("hidden space", &["hidden-space view", "latent space", "representation", "embedding"], "The activations of a layer as coordinates: each sample becomes a point. Training bends this space until the classes lie apart and the last layer can separate them by planes.", "", &["hidden layer", "principal component analysis", "linear separability"]),
    term("warped grid", &["grid of the plane"], "Straight lines of the plane of features, drawn where a layer takes them: they show how the layer stretches and folds the plane.", "", &["hidden space", "hidden layer"]),
    term("principal component analysis", &["PCA", "principal component", "principal components", "principal direction"], "Finds the directions in which points spread most, and shows them along these. The share of the spread that is seen tells how much the picture leaves out.", "directions = eigenvectors of the covariance matrix", &["explained variance", "hidden space", "slice"]),
    term("explained variance", &["variance explained", "share of the variance"], "The share of all spread that lies along a principal direction.", "λᵢ / Σ λⱼ   with the eigenvalues λ", &["principal component analysis"]),
    term("disagreement", &["disagreement map"], "Where two networks answer differently. They may have the same accuracy and make different mistakes all the same.", "", &["decision boundary", "accuracy", "ensemble"]),
    term("ensemble", &["ensembles"], "Several networks whose answers are averaged. When they err in different places, the mean errs less than each.", "", &["disagreement", "generalisation"]),
    term("what if", &["what-if", "counterfactual"], "One feature of a sample is moved while the others stay, to see what the answer depends on. It shows what the network does, not what would happen in the world.", "", &["feature", "saliency", "slice"]),
    term("centre of mass", &["centred by mass", "centre by mass"], "The mean place of all ink of an image. MNIST's digits were shifted so that it lies in the middle, so a drawn digit has to be, too.", "x̄ = Σ x·ink / Σ ink", &["MNIST", "pixel", "data leakage"]),
    term("sequential scale", &["colour scale", "viridis"], "Colours that grow evenly from dark to light with a value, so that equal differences look equal; here viridis.", "", &["signed scale"]),
    term("signed scale", &["sign of a value"], "Blue for positive and orange for negative values, stronger with their size. A sign or a dash says the same without colour.", "", &["sequential scale", "weight"]),
];
