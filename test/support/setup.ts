import * as tf from '@tensorflow/tfjs';

// Silences the banner that tfjs prints on the first use of its cpu backend in Node.
tf.env().set('IS_TEST', true);
